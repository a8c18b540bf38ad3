# fish: completes the commands, exercises and flags of Accept Loop after `npm run` and `npm start`,
# if the nearest package.json is that of the course. fish adds this to what it knows about npm.
# Starts no program: that would be too slow for a key press.

# The folder of the course: that of the nearest package.json, as npm looks for it.
function __accept_loop_root
    set -l root $PWD
    while not test -f $root/package.json
        test -n "$root"; or return 1
        set root (string replace -r '/[^/]*$' '' -- $root)
    end
    string match -q '*"name": "accept-loop",*' <$root/package.json; and echo $root
end

# The words before the cursor and before `--` that are not flags, from the command on.
function __accept_loop_given
    set -l words (commandline -opc)
    set -l end (contains -i -- -- $words); and set words $words[1..(math $end - 1)]
    set -l given (string match -v -- '-*' $words[2..-1])
    contains -- "$given[1]" run run-script start; or return 1
    test $given[1] = start; or set -e given[1]
    __accept_loop_root >/dev/null; or return 1
    test -z "$given"; or printf '%s\n' $given
end

# What the command takes: its argument, then its flags.
function __accept_loop_known
    set -l given (__accept_loop_given)
    and string match -rg "^$given[1] (.*)" <(__accept_loop_root)/checker/completion/commands.txt
end

function __accept_loop_wants_command
    set -l given (__accept_loop_given)
    and test (count $given) -eq 0
end

function __accept_loop_wants_exercise
    contains -- -- (commandline -opc); and return 1
    set -l known (__accept_loop_known)
    test "$known[1]" = '[exercises...]'; and return
    test "$known[1]" = '[exercise]'; and test (count (__accept_loop_given)) -eq 1
end

function __accept_loop_wants_dashes
    not contains -- -- (commandline -opc)
    and string match -q -- '-*' (commandline -ct)
    and test (count (__accept_loop_known)) -gt 0
end

function __accept_loop_wants_flag
    set -l words (commandline -opc)
    contains -- -- $words; or return 1
    set -l known (__accept_loop_known)
    # The user gives a value here, such as a file's name.
    string match -q -- "$words[-1] <*" $known; and return 1
    # fish matches letters anywhere in a flag, so a file's name would match some.
    string match -q -- '-*' (commandline -ct); and return
    test -z (commandline -ct); and not string match -q '<*' -- $known[1]
end

function __accept_loop_flags
    set -l words (commandline -opc)
    for line in (string match -- '--*' (__accept_loop_known))
        set -l flag (string split -f 1 ' ' -- $line)
        contains -- $flag $words; or string replace -r '^(\S+).*?  ' '$1\t' -- $line
    end
end

function __accept_loop_commands
    set -l scripts no
    while read -l line
        string match -q '*"scripts": {' -- $line; and set scripts yes
        string match -q '*}*' -- $line; and set scripts no
        test $scripts = yes; and string match -rg '^\s*"((?!prepare|scripts)[a-z:-]+)":' -- $line
    end <(__accept_loop_root)/package.json
end

# `03-echo`; after a letter also `echo`.
function __accept_loop_exercises
    set -l names (string match -rg '/(\d\d-[^/]+)/\.hidden$' -- (__accept_loop_root)/exercises/*/.hidden)
    string match -qr '^[a-z]' -- (commandline -ct); and set names (string replace -r '^\d\d-' '' -- $names)
    printf '%s\n' $names
end

complete -c npm -n __accept_loop_wants_command -f -a '(__accept_loop_commands)'
complete -c npm -n __accept_loop_wants_exercise -f -k -a '(__accept_loop_exercises)'
# npm takes flags before -- for its own.
complete -c npm -n __accept_loop_wants_dashes -f -a --
complete -c npm -n __accept_loop_wants_flag -f -k -a '(__accept_loop_flags)'
