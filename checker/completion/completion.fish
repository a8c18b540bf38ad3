# fish: completes the commands and exercises of Accept Loop behind `npm run` and `npm start`, where the nearest package.json is
# that of the course. fish adds it to what it knows of npm. No program is started for it: a key press is no time for one.

# The folder of the course: that of the nearest package.json, as npm looks for it.
function __accept_loop_root
    set -l root $PWD
    while not test -f $root/package.json
        test -n "$root"; or return 1
        set root (string replace -r '/[^/]*$' '' -- $root)
    end
    string match -q '*"name": "accept-loop",*' <$root/package.json; and echo $root
end

# The words before the cursor that are no flags.
function __accept_loop_given
    set -l words (commandline -opc)
    contains -- -- $words; and return 1
    string match -v -- '-*' $words[2..-1]
end

function __accept_loop_wants_command
    set -l given (__accept_loop_given)
    test (count $given) -eq 1; and contains -- $given[1] run run-script; and __accept_loop_root >/dev/null
end

function __accept_loop_wants_exercise
    set -l given (__accept_loop_given)
    contains -- "$given[1]" run run-script; and set -e given[1]
    test (count $given) -eq 1
    and contains -- $given[1] start check hint play wire syscalls reset solution diff verify
    and __accept_loop_root >/dev/null
end

function __accept_loop_commands
    set -l scripts no
    while read -l line
        string match -q '*"scripts": {' -- $line; and set scripts yes
        string match -q '*}*' -- $line; and set scripts no
        test $scripts = yes; and string match -rg '^\s*"((?!prepare|scripts)[a-z:-]+)":' -- $line
    end <(__accept_loop_root)/package.json
end

# `03-echo`; behind a letter also `echo`.
function __accept_loop_exercises
    set -l names (string match -rg '/(\d\d-[^/]+)/\.hidden$' -- (__accept_loop_root)/exercises/*/.hidden)
    string match -qr '^[a-z]' -- (commandline -ct); and set names (string replace -r '^\d\d-' '' -- $names)
    printf '%s\n' $names
end

complete -c npm -n __accept_loop_wants_command -f -a '(__accept_loop_commands)'
complete -c npm -n __accept_loop_wants_exercise -f -k -a '(__accept_loop_exercises)'
