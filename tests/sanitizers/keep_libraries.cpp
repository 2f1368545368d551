/// Open MPI unloads its plugins before the leak check of the address sanitizer looks, and what they leak has no name
/// then that a suppression could match. So no library is unloaded: an executable's definition comes before libc's.
extern "C" int dlclose(void* /*library*/) noexcept { return 0; }  // NOLINT(cert-dcl58-cpp)
