#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace ntksweep {

enum class TokenKind { number, name, text, symbol, end };

/// One word of a filter. `text` is the word itself, without the quotes of a text.
struct Token {
  TokenKind kind;
  std::string text;
  double number = 0;
  std::size_t column = 1;  ///< from 1
};

/// Ends with one token of kind end. Throws InputError naming `where` and the column.
std::vector<Token> filter_tokens(std::string_view expression, std::string_view where);

}  // namespace ntksweep
