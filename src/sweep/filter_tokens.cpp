#include "filter_tokens.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>

#include "ntksweep/core/error.hpp"

namespace ntksweep {

namespace {

constexpr std::size_t most_tokens = 10'000;

// Locale-free, so that a filter means the same everywhere.
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

// Longer ones first.
constexpr std::array<std::string_view, 13> symbols = {"<=", ">=", "==", "!=", "<", ">", "+",
                                                      "-",  "*",  "/",  "^",  "(", ")"};

/// Reads one token at a time off the front.
class Scanner {
 public:
  Scanner(std::string_view expression, std::string_view where) : all_(expression), where_(where) {}

  Token next() {
    while (at_ < all_.size() && is_blank(all_[at_])) ++at_;
    if (at_ == all_.size()) return {TokenKind::end, "the end", 0, at_ + 1};
    const char c = all_[at_];
    if (is_digit(c) || c == '.') return number();
    if (is_letter(c)) return name();
    if (c == '"' || c == '\'') return quoted(c);
    return symbol();
  }

 private:
  Token take(TokenKind kind, std::size_t length) {
    Token token{kind, std::string(all_.substr(at_, length)), 0, at_ + 1};
    at_ += length;
    return token;
  }

  Token number() {
    double value = 0;
    const auto [end, error] = std::from_chars(all_.data() + at_, all_.data() + all_.size(), value);
    if (error != std::errc{}) fail(fmt::format("'{}' begins no number", all_[at_]));
    Token token = take(TokenKind::number, static_cast<std::size_t>(end - all_.data()) - at_);
    token.number = value;
    return token;
  }

  Token name() {
    std::size_t length = 1;
    while (at_ + length < all_.size()) {
      const char c = all_[at_ + length];
      if (!is_letter(c) && !is_digit(c) && c != '.') break;
      ++length;
    }
    return take(TokenKind::name, length);
  }

  Token quoted(char quote) {
    const auto close = all_.find(quote, at_ + 1);
    if (close == std::string_view::npos) fail("the quote that begins here is not closed");
    Token token{TokenKind::text, std::string(all_.substr(at_ + 1, close - at_ - 1)), 0, at_ + 1};
    at_ = close + 1;
    return token;
  }

  Token symbol() {
    for (const auto known : symbols) {
      if (all_.substr(at_).starts_with(known)) return take(TokenKind::symbol, known.size());
    }
    fail(fmt::format("'{}' has no meaning here; known: + - * / ^ ( ) < <= > >= == != and or not", all_[at_]));
  }

  [[noreturn]] void fail(std::string_view problem) const {
    throw InputError(fmt::format("{}: column {} of '{}': {}", where_, at_ + 1, all_, problem));
  }

  std::string_view all_, where_;
  std::size_t at_ = 0;
};

}  // namespace

std::vector<Token> filter_tokens(std::string_view expression, std::string_view where) {
  Scanner scanner(expression, where);
  std::vector<Token> tokens;
  do {
    tokens.push_back(scanner.next());
    if (tokens.size() > most_tokens)
      throw InputError(fmt::format("{}: the filter has more than {} words", where, most_tokens));
  } while (tokens.back().kind != TokenKind::end);
  return tokens;
}

}  // namespace ntksweep
