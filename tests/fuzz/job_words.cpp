// Prints a dictionary for libFuzzer: the words that a job file can hold, from the table of settings.

#include <cstdio>
#include <set>
#include <string>

#include "ntksweep/ntk/statistics.hpp"
#include "ntksweep/sweep/settings.hpp"

int main() {
  using namespace ntksweep;
  std::set<std::string> words{
      "linspace(", "geomspace(", "arange(", "pow2(", " = ",      "[[",   "]]", "'''",       "--- overrides\n",
      "zip",       "where",      " and ",   " or ",  "not ",     "==",   "!=", "<=",        "1e9",
      "-1",        "inf",        "nan",     "top:",  "extremes", "true", "0x", "1979-05-27"};
  for (const Setting& setting : settings()) {
    words.insert("[" + std::string(setting.section) + "]\n");
    words.insert(std::string(setting.key));
    words.insert(setting.name() + "=");
    words.insert(setting.choices.begin(), setting.choices.end());
  }
  for (const Statistic& statistic : statistics()) words.emplace(statistic.name);
  for (std::string word : words) {
    for (std::size_t at = 0; (at = word.find('\n', at)) != std::string::npos; at += 4) word.replace(at, 1, "\\x0a");
    std::printf("\"%s\"\n", word.c_str());
  }
}
