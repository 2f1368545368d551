#include "filter_parser.hpp"

#include <fmt/format.h>

#include <utility>

#include "filter_tokens.hpp"
#include "job_file.hpp"
#include "ntksweep/core/error.hpp"

namespace ntksweep {

namespace {

using Operators = std::initializer_list<std::pair<std::string_view, FilterOp>>;

std::string_view type_name(FilterType type) {
  switch (type) {
    case FilterType::number:
      return "a number";
    case FilterType::text:
      return "a text";
    case FilterType::truth:
      return "a comparison";
  }
  return "";
}

/// Recursive descent: one function per level of precedence, loosest first.
class Parser {
 public:
  Parser(std::string_view expression, std::string_view where)
      : expression_(expression), where_(where), tokens_(filter_tokens(expression, where)) {}

  FilterNode whole() {
    const Token first = now();
    FilterNode node = disjunction();
    if (now().kind != TokenKind::end) fail(now(), fmt::format("expected and, or, or the end, found {}", shown(now())));
    require(node, FilterType::truth, first);
    return node;
  }

 private:
  /// One level of nesting: a limit on them keeps the recursion within the stack.
  class Deeper {
   public:
    Deeper(Parser& parser, const Token& at) : parser_(parser) {
      if (++parser_.depth_ > 100) parser_.fail(at, "nested too deep");
    }
    ~Deeper() { --parser_.depth_; }
    Deeper(const Deeper&) = delete;
    Deeper& operator=(const Deeper&) = delete;

   private:
    Parser& parser_;
  };

  FilterNode disjunction() { return chain(&Parser::conjunction, {{"or", FilterOp::logical_or}}, FilterType::truth); }
  FilterNode conjunction() { return chain(&Parser::negation, {{"and", FilterOp::logical_and}}, FilterType::truth); }

  FilterNode negation() {
    const Token start = now();
    if (!accept("not")) return comparison();
    const Deeper guard(*this, start);
    FilterNode operand = negation();
    require(operand, FilterType::truth, start);
    return combine(FilterOp::logical_not, FilterType::truth, {std::move(operand)});
  }

  FilterNode comparison() {
    const Token first = now();
    FilterNode left = sum();
    for (const auto& [symbol, op] : comparisons) {
      const Token operator_token = now();
      if (!accept(symbol)) continue;
      const Token second = now();
      FilterNode right = sum();
      if (left.type == FilterType::text || right.type == FilterType::text) {
        return text_comparison(op, std::move(left), std::move(right), operator_token);
      }
      require(left, FilterType::number, first);
      require(right, FilterType::number, second);
      return combine(op, FilterType::truth, {std::move(left), std::move(right)});
    }
    return left;
  }

  FilterNode text_comparison(FilterOp op, FilterNode left, FilterNode right, const Token& at) {
    if (left.type != right.type) fail(at, "compares a text with something else; put texts in quotes, numbers not");
    if (op != FilterOp::equal && op != FilterOp::not_equal) fail(at, "texts can only be compared by == and !=");
    const FilterOp text_op = op == FilterOp::equal ? FilterOp::text_equal : FilterOp::text_not_equal;
    return combine(text_op, FilterType::truth, {std::move(left), std::move(right)});
  }

  FilterNode sum() {
    return chain(&Parser::product, {{"+", FilterOp::add}, {"-", FilterOp::subtract}}, FilterType::number);
  }
  FilterNode product() {
    return chain(&Parser::unary, {{"*", FilterOp::multiply}, {"/", FilterOp::divide}}, FilterType::number);
  }

  FilterNode unary() {
    const Token start = now();
    if (!accept("-")) return power();
    const Deeper guard(*this, start);
    FilterNode operand = unary();
    require(operand, FilterType::number, start);
    return combine(FilterOp::negate, FilterType::number, {std::move(operand)});
  }

  FilterNode power() {
    const Token start = now();
    FilterNode base = primary();
    const Token operator_token = now();
    if (!accept("^")) return base;
    const Deeper guard(*this, start);
    FilterNode exponent = unary();
    require(base, FilterType::number, start);
    require(exponent, FilterType::number, operator_token);
    return combine(FilterOp::power, FilterType::number, {std::move(base), std::move(exponent)});
  }

  FilterNode primary() {
    const Token token = now();
    if (accept("(")) {
      const Deeper guard(*this, token);
      FilterNode inside = disjunction();
      if (!accept(")")) fail(now(), fmt::format("expected ), found {}", shown(now())));
      return inside;
    }
    const bool is_word = token.text == "and" || token.text == "or" || token.text == "not";
    if (token.kind == TokenKind::symbol || token.kind == TokenKind::end || (token.kind == TokenKind::name && is_word)) {
      fail(token, fmt::format("expected a number, a setting or (, found {}", shown(token)));
    }
    ++at_;
    if (token.kind == TokenKind::number) return {FilterOp::number, FilterType::number, token.number, {}, 0, {}};
    if (token.kind == TokenKind::text) return {FilterOp::text, FilterType::text, 0, token.text, 0, {}};
    return named(token);
  }

  FilterNode named(const Token& token) const {
    const auto index = find_setting(token.text);
    if (!index) {
      fail(token, fmt::format("there is no setting '{}'; did you mean {}?", token.text, nearest_setting(token.text)));
    }
    const Setting& setting = settings()[*index];
    if (setting.role != Role::cell) fail(token, fmt::format("{} is not part of a cell", setting.name()));
    switch (setting.type) {
      case ValueType::integer:
      case ValueType::real:
        return {FilterOp::setting_number, FilterType::number, 0, {}, *index, {}};
      case ValueType::text:
      case ValueType::choice:
        return {FilterOp::setting_text, FilterType::text, 0, {}, *index, {}};
      default:
        fail(token, fmt::format("{} is a list; only numbers and texts can be compared", setting.name()));
    }
  }

  /// operand (op operand)*, grouped to the left.
  FilterNode chain(FilterNode (Parser::*operand)(), Operators operators, FilterType type) {
    const Token first = now();
    FilterNode left = (this->*operand)();
    for (const auto* found = accept_any(operators); found != nullptr; found = accept_any(operators)) {
      const Token second = now();
      FilterNode right = (this->*operand)();
      require(left, type, first);
      require(right, type, second);
      left = combine(found->second, type, {std::move(left), std::move(right)});
    }
    return left;
  }

  const std::pair<std::string_view, FilterOp>* accept_any(const Operators& operators) {
    for (const auto& candidate : operators) {
      if (accept(candidate.first)) return &candidate;
    }
    return nullptr;
  }

  static FilterNode combine(FilterOp op, FilterType type, std::vector<FilterNode> children) {
    return {op, type, 0, {}, 0, std::move(children)};
  }

  bool accept(std::string_view text) {
    const bool found = now().kind != TokenKind::text && now().text == text;
    if (found) ++at_;
    return found;
  }

  void require(const FilterNode& node, FilterType type, const Token& at) const {
    if (node.type != type) fail(at, fmt::format("expected {}, found {}", type_name(type), type_name(node.type)));
  }

  const Token& now() const { return tokens_[at_]; }

  static std::string shown(const Token& token) {
    return token.kind == TokenKind::end ? token.text : fmt::format("'{}'", token.text);
  }

  [[noreturn]] void fail(const Token& token, std::string_view problem) const {
    throw InputError(fmt::format("{}: column {} of '{}': {}", where_, token.column, expression_, problem));
  }

  static constexpr std::pair<std::string_view, FilterOp> comparisons[] = {
      {"<", FilterOp::less},           {"<=", FilterOp::less_equal}, {">", FilterOp::greater},
      {">=", FilterOp::greater_equal}, {"==", FilterOp::equal},      {"!=", FilterOp::not_equal}};

  std::string_view expression_, where_;
  std::vector<Token> tokens_;
  std::size_t at_ = 0;
  int depth_ = 0;
};

}  // namespace

FilterNode parse_filter(std::string_view expression, std::string_view where) {
  return Parser(expression, where).whole();
}

}  // namespace ntksweep
