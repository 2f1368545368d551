#include "ntksweep/cli/program.hpp"

int main(int argc, char** argv) { return ntksweep::run_program(argc, argv); }
