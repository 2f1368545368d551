file(READ "${INPUT}" hex HEX)
string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${hex}")
file(WRITE "${OUTPUT}" "#include <cstddef>
namespace ntksweep::embedded {
extern const unsigned char ${NAME}_bytes[];
extern const std::size_t ${NAME}_size;
const unsigned char ${NAME}_bytes[] = {${bytes}};
const std::size_t ${NAME}_size = sizeof(${NAME}_bytes);
}  // namespace ntksweep::embedded
")
