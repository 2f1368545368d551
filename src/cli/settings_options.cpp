#include "settings_options.hpp"

#include <fmt/format.h>

#include "ntksweep/core/error.hpp"

namespace ntksweep {

namespace {

std::string option_help(const Setting& setting) {
  std::string help(setting.help);
  if (!setting.choices.empty()) help += fmt::format(": {}", fmt::join(setting.choices, " | "));
  const std::string standard = to_text(setting.default_value);
  return standard.empty() ? help : fmt::format("{} [{}]", help, standard);
}

}  // namespace

SettingsOptions::SettingsOptions(CLI::App& command) : command_(command) {
  for (const Setting& setting : settings()) {
    const std::string name = setting.name();
    command
        .add_option_function<std::string>(
            "--" + name, [this, name](const std::string& text) { given_[name] = text; }, option_help(setting))
        ->type_name("VALUES")
        ->group(fmt::format("[{}]", setting.section));
  }
  command.allow_extras();
}

std::vector<Override> SettingsOptions::overrides() const {
  std::vector<Override> result;
  for (const auto& [name, text] : given_) result.push_back({name, text});
  for (const std::string& extra : command_.remaining()) {
    const auto equals = extra.find('=');
    if (!extra.starts_with("--") || extra.find('.') == std::string::npos) {
      throw InputError(fmt::format("command line: '{}' is not an option of ntksweep {}; see ntksweep {} --help", extra,
                                   command_.get_name(), command_.get_name()));
    }
    result.push_back({extra.substr(2, equals - 2), equals == std::string::npos ? "" : extra.substr(equals + 1)});
  }
  return result;
}

}  // namespace ntksweep
