# zsh: completes the commands and exercises of Accept Loop behind `npm run` and `npm start`, where the nearest package.json is
# that of the course. Everywhere else npm is completed as it was before. No program is started for it: a key press is no time for one.

(( $+functions[compdef] )) || { autoload -Uz compinit && compinit }

[[ ${_comps[npm]-} == _accept_loop ]] || typeset -g _accept_loop_before=${_comps[npm]-}

_accept_loop() {
  local root command given=()
  # What stands behind -- is no exercise; file names are offered.
  if (( ${words[(I)--]} && ${words[(I)--]} < CURRENT )) && _accept_loop_root; then
    _files
    return
  fi
  given=(${words[2,CURRENT-1]:#-*})
  case ${given[1]-} in
    run | run-script) command=${given[2]-} ;;
    start) command=start given=(run $given) ;;
    *) command=none ;;
  esac
  if [[ $command != none ]] && _accept_loop_root; then
    [[ $PREFIX == -* || $#given -gt 2 ]] && return
    case $command in
      '') _accept_loop_commands ;;
      start | check | hint | play | wire | syscalls | reset | solution | diff | verify) _accept_loop_exercises ;;
      *) _files ;;
    esac
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

_accept_loop_commands() {
  local line scripts= names=()
  while read -r line; do
    [[ $line == '"scripts": {' ]] && scripts=yes && continue
    [[ $line == '}'* ]] && scripts=
    [[ -n $scripts && $line == \"* ]] && names+=(${${line#\"}%%\"*})
  done <"$root/package.json"
  compadd -- ${names:#prepare}
}

# `03-echo`; behind a letter also `echo`.
_accept_loop_exercises() {
  local names=($root/exercises/[0-9][0-9]-*/.hidden(N-/:h:t))
  [[ $PREFIX == [a-z]* ]] && names=(${names#*-})
  # In the order of the course.
  compadd -V exercises -- $names
}

compdef _accept_loop npm
