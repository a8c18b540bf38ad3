# zsh: completes the commands, exercises and flags of Accept Loop after `npm run` and `npm start`,
# if the nearest package.json is that of the course. Everywhere else npm is completed as before.
# Starts no program: that would be too slow for a key press.

(( $+functions[compdef] )) || { autoload -Uz compinit && compinit }

[[ ${_comps[npm]-} == _accept_loop ]] || typeset -g _accept_loop_before=${_comps[npm]-}

_accept_loop() {
  local root command known=() given=() behind=
  # The position of the first --, if it is before the cursor.
  behind=${words[(i)--]}
  (( behind < CURRENT )) || behind=
  given=(${words[2,${behind:-CURRENT}-1]:#-*})
  case ${given[1]-} in
    run | run-script) command=${given[2]-} ;;
    start) command=start given=(run $given) ;;
    *) command=none ;;
  esac
  if [[ $command != none ]] && _accept_loop_root; then
    # What the command takes: its argument, then its flags.
    known=(${${(M)${(f)"$(<$root/checker/completion/commands.txt)"}:#$command *}#* })
    if [[ -z $command ]]; then
      [[ $PREFIX == -* ]] || _accept_loop_commands
    elif [[ -n $behind ]]; then
      _accept_loop_flags || _files
    elif [[ $PREFIX == -* ]]; then
      # npm takes flags before it for its own.
      compadd -- --
    elif [[ ${known[1]-} == '[exercises...]' || ( ${known[1]-} == '[exercise]' && $#given -le 2 ) ]]; then
      _accept_loop_exercises
    elif [[ ${known[1]-} != '[exercise]' ]]; then
      _files
    fi
    return
  fi
  if [[ -n $_accept_loop_before ]]; then
    $_accept_loop_before "$@"
  else
    _default
  fi
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

# False if the user gives a value here, such as a file's name.
_accept_loop_flags() {
  local line flags=()
  for line in $known; do
    [[ $line == "${words[CURRENT-1]} <"* || ( $line == '<'* && -z $PREFIX ) ]] && return 1
    [[ $line == --* ]] && (( ! ${words[(I)${line%% *}]} )) && flags+=("${line%% *}:${line#*  }")
  done
  [[ -z $PREFIX || $PREFIX == -* ]] && _describe -V flag flags
}

_accept_loop_commands() {
  local line scripts= names=()
  while read -r line; do
    [[ $line == '"scripts": {' ]] && scripts=yes && continue
    [[ $line == '}'* ]] && scripts=
    [[ -n $scripts && $line == \"* ]] && names+=(${${line#\"}%%\"*})
  done <"$root/package.json"
  compadd -- ${names:#prepare}
}

# `03-echo`; after a letter also `echo`.
_accept_loop_exercises() {
  local names=($root/exercises/[0-9][0-9]-*/.hidden(N-/:h:t))
  [[ $PREFIX == [a-z]* ]] && names=(${names#*-})
  # In the order of the course.
  compadd -V exercises -- $names
}

compdef _accept_loop npm
