#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace ntksweep {

/// Values written one after the other, for the way between ranks of one program (same machine
/// kind, same binary: no byte order, no versions).
class ByteWriter {
 public:
  /// What `write(ByteWriter&)` puts, in exactly as much memory: it is called twice, the first time to count.
  template <class Write>
  static std::vector<std::byte> exactly(const Write& write) {
    ByteWriter counter;
    counter.purpose_ = Purpose::count;
    write(counter);
    ByteWriter out;
    out.bytes_.reserve(counter.counted_);
    write(out);
    return std::move(out.bytes_);
  }

  template <class T>
  requires std::is_trivially_copyable_v<T>
  void put(const T& value) { put_bytes(&value, sizeof(T)); }

  template <class T>
  requires std::is_trivially_copyable_v<T>
  void put_span(std::span<const T> values) {
    put(values.size());
    put_bytes(values.data(), values.size_bytes());
  }

  void put_text(std::string_view text) { put_span(std::span<const char>(text)); }

  std::vector<std::byte> take() && { return std::move(bytes_); }

 private:
  enum class Purpose : std::uint8_t { write, count };

  void put_bytes(const void* data, std::size_t size) {
    counted_ += size;
    if (purpose_ == Purpose::count) return;
    const std::span added(static_cast<const std::byte*>(data), size);
    bytes_.insert(bytes_.end(), added.begin(), added.end());
  }

  std::vector<std::byte> bytes_;
  std::size_t counted_ = 0;
  Purpose purpose_ = Purpose::write;
};

/// Reads back in the same order; std::logic_error past the end. The bytes must outlive it.
class ByteReader {
 public:
  explicit ByteReader(std::span<const std::byte> bytes) : bytes_(bytes) {}

  /// std::logic_error if anything is left.
  void finish() const {
    if (!bytes_.empty()) throw std::logic_error("ByteReader: more than was read");
  }

  template <class T>
  requires std::is_trivially_copyable_v<T> T get() {
    T value;
    std::memcpy(&value, advance(sizeof(T)), sizeof(T));
    return value;
  }

  template <class T>
  requires std::is_trivially_copyable_v<T> std::vector<T> get_vector() {
    const auto size = get<std::size_t>();
    if (size > bytes_.size() / sizeof(T)) throw std::logic_error("ByteReader: read past the end");
    std::vector<T> values(size);
    if (!values.empty()) std::memcpy(values.data(), advance(values.size() * sizeof(T)), values.size() * sizeof(T));
    return values;
  }

  /// Numbers that were written by put_span, into as many places; std::logic_error where there are more or fewer.
  template <class T>
  requires std::is_trivially_copyable_v<T>
  void get_into(std::span<T> values) {
    if (get<std::size_t>() != values.size()) throw std::logic_error("ByteReader: another number of values");
    if (!values.empty()) std::memcpy(values.data(), advance(values.size_bytes()), values.size_bytes());
  }

  std::string get_text() {
    const auto characters = get_vector<char>();
    return {characters.begin(), characters.end()};
  }

 private:
  const std::byte* advance(std::size_t size) {
    if (size > bytes_.size()) throw std::logic_error("ByteReader: read past the end");
    const std::byte* start = bytes_.data();
    bytes_ = bytes_.subspan(size);
    return start;
  }

  std::span<const std::byte> bytes_;
};

}  // namespace ntksweep
