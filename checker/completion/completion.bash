# bash: completes the commands, exercises and flags of Accept Loop after `npm run` and `npm start`,
# if the nearest package.json is that of the course. Everywhere else npm is completed as before.
# Starts no program: that would be too slow for a key press.

if [[ $(complete -p npm 2>/dev/null) != *_accept_loop* ]]; then
  # bash-completion would load its own completion for npm at the first press of Tab, in place of
  # ours.
  if declare -F _comp_load >/dev/null; then
    _comp_load npm 2>/dev/null
  elif declare -F _completion_loader >/dev/null; then
    _completion_loader npm 2>/dev/null
  fi
  _accept_loop_before=
  [[ $(complete -p npm 2>/dev/null) =~ -F\ +([^ ]+) ]] && _accept_loop_before=${BASH_REMATCH[1]}
  # What bash-completion uses for commands that it does not know.
  [[ $_accept_loop_before == _minimal || $_accept_loop_before == _comp_complete_minimal ]] && _accept_loop_before=
fi

_accept_loop() {
  local root command known=() word=${COMP_WORDS[COMP_CWORD]} i given=() behind=
  for ((i = 1; i < COMP_CWORD; i++)); do
    [[ ${COMP_WORDS[i]} == -- ]] && behind=yes && break
    [[ ${COMP_WORDS[i]} == -* ]] || given+=("${COMP_WORDS[i]}")
  done
  case ${given[0]-} in
    run | run-script) command=${given[1]-} ;;
    start) command=start && given=(run "${given[@]}") ;;
    *) command=none ;;
  esac
  if [[ $command != none ]] && _accept_loop_root; then
    _accept_loop_read
    if [[ -z $command ]]; then
      [[ $word == -* ]] || _accept_loop_offer "$(_accept_loop_commands)"
    elif [[ $behind ]]; then
      _accept_loop_offer "$(_accept_loop_flags)"
    elif [[ $word == -* ]]; then
      # npm takes flags before it for its own.
      _accept_loop_offer --
    elif [[ ${known[0]-} == '[exercises...]' || ${known[0]-} == '[exercise]' && ${#given[@]} -le 2 ]]; then
      _accept_loop_offer "$(_accept_loop_exercises)"
    fi
    return
  fi
  [[ -n $_accept_loop_before ]] && "$_accept_loop_before" "$@"
}

# The folder of the course, as `root`: that of the nearest package.json, as npm looks for it.
_accept_loop_root() {
  local line
  root=$PWD
  until [[ -f $root/package.json || -z $root ]]; do root=${root%/*}; done
  [[ -n $root ]] || return 1
  while read -r line; do
    [[ $line == '"name": "accept-loop",' ]] && return 0
  done <"$root/package.json"
  return 1
}

# What the command takes, as `known`: its argument, then its flags.
_accept_loop_read() {
  local name rest
  while read -r name rest; do
    [[ $name == "$command" ]] && known+=("$rest")
  done <"$root/checker/completion/commands.txt"
}

_accept_loop_flags() {
  local before=${COMP_WORDS[COMP_CWORD - 1]} line flags=
  for line in "${known[@]}"; do
    # The user gives a value here: file names are offered.
    [[ $line == "$before <"* || $line == '<'* && -z $word ]] && return
    [[ $line == --* && " ${COMP_WORDS[*]:0:COMP_CWORD} " != *" ${line%% *} "* ]] && flags+=" ${line%% *}"
  done
  echo "$flags"
}

_accept_loop_commands() {
  local line scripts=
  while read -r line; do
    [[ $line == '"scripts": {' ]] && scripts=yes && continue
    [[ $line == '}'* ]] && scripts=
    # For bash a colon ends a word. Commands with one are for contributors, who type them.
    [[ $scripts && $line =~ ^\"([a-z-]+)\": ]] && [[ ${BASH_REMATCH[1]} != prepare ]] && echo "${BASH_REMATCH[1]}"
  done <"$root/package.json"
}

# `03-echo`; after a letter also `echo`.
_accept_loop_exercises() {
  local folder
  for folder in "$root"/exercises/[0-9][0-9]-*/; do
    [[ -d $folder/.hidden ]] || continue
    folder=${folder%/}
    folder=${folder##*/}
    if [[ $word == [a-z]* ]]; then echo "${folder#*-}"; else echo "$folder"; fi
  done
}

_accept_loop_offer() {
  COMPREPLY=($(compgen -W "$1" -- "$word"))
}

complete -o default -F _accept_loop npm
