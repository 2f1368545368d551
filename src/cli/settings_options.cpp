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

/// The option of `command` that is nearest to a misspelt one; a setting is also found by its key alone.
std::string nearest_option(const CLI::App& command, const std::string& name) {
  std::map<std::string, std::string> options;
  for (const Setting& setting : settings()) options.try_emplace(std::string(setting.key), setting.name());
  for (const CLI::Option* option : command.get_options()) {
    for (const std::string& full : option->get_lnames()) options.try_emplace(full, full);
  }
  std::vector<std::string> names;
  for (const auto& [known, _] : options) names.push_back(known);
  return options.at(nearest_name(name, names));
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
    const std::string name = extra.substr(0, equals);
    if (!name.starts_with("--") || name.find('.') == std::string::npos) {
      const std::string nearest =
          name.starts_with("--") ? fmt::format("did you mean --{}? ", nearest_option(command_, name.substr(2))) : "";
      throw InputError(fmt::format("command line: '{}' is not an option of ntksweep {}; {}see ntksweep {} --help",
                                   extra, command_.get_name(), nearest, command_.get_name()));
    }
    result.push_back({name.substr(2), equals == std::string::npos ? "" : extra.substr(equals + 1)});
  }
  return result;
}

}  // namespace ntksweep
