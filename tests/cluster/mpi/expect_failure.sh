#!/bin/sh
# expect_failure.sh CODE TEXT COMMAND...: the command ends with that exit code, soon, and says TEXT.
expected=$1
text=$2
shift 2
output=$(timeout 30 "$@" 2>&1)
code=$?
printf '%s\n' "$output"
if [ "$code" -ne "$expected" ]; then
  echo "exit code $code, expected $expected"
  exit 1
fi
case $output in
  *"$text"*) exit 0 ;;
esac
echo "the output does not say: $text"
exit 1
