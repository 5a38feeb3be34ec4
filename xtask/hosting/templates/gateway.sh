#!/bin/sh
# Sets up the files that the gateway reads and writes. Run it as root. It reads keys and passwords from the terminal or
# from standard input, never from the command line, and never writes them to a file that others can read.
#
#   gateway.sh init [reseller] [organizations]   creates the folders and the key files of these APIs (default: both)
#   gateway.sh set-key reseller|organizations    replaces a key
#   gateway.sh add-user NAME                     adds a member of staff or changes their password
#   gateway.sh remove-user NAME                  removes a member of staff
#   gateway.sh check                             fails if nginx must not start with these files
#   gateway.sh prepare                           does the same, creates the access log so that others can't read it, and
#                                                removes the sockets of a killed nginx: run it before each start
#   gateway.sh forget                            deletes used Idempotency-Keys older than 30 days: run it once a day
#
# After set-key, add-user and remove-user: nginx -s reload.
set -eu
umask 077

SECRETS=${CREDIT_DESK_SECRETS:-/etc/credit-desk}
STATE=${CREDIT_DESK_STATE:-/var/lib/credit-desk}
LOG=${CREDIT_DESK_LOG:-/var/log/nginx/credit-desk.log}
# The user that nginx's workers run as.
WORKER=${CREDIT_DESK_WORKER:-www-data}
GROUP=$(id -gn "$WORKER")
DAYS=30

fail() {
    echo "$0: $*" >&2
    exit 1
}

# Reads a line without echoing it.
secret() {
    if [ -t 0 ]; then
        printf '%s: ' "$1" >&2
        stty -echo
        trap 'stty echo' EXIT
        IFS= read -r line || true
        stty echo
        trap - EXIT
        echo >&2
    else
        IFS= read -r line || [ -n "$line" ] || fail "expected the $(echo "$1" | tr KP kp) on standard input"
    fi
    printf '%s' "$line"
}

# Replaces a file atomically: it is never readable before its mode is set, and never half written.
replace() {
    cat >"$1.new"
    if [ -n "${2:-}" ]; then
        chgrp "$2" "$1.new"
        chmod 640 "$1.new"
    fi
    mv "$1.new" "$1"
}

is_api() {
    [ "$1" = reseller ] || [ "$1" = organizations ]
}

set_key() {
    key=$(secret "Key of the $1 API")
    case $key in
        '' | *[!A-Za-z0-9._~+/=-]*) fail "not a valid API key: it is empty or has a character that keys never contain" ;;
    esac
    printf 'map "" $credit_desk_%s_key {\n    default "Bearer %s";\n}\n' "$1" "$key" | replace "$SECRETS/$1-key.conf"
}

is_name() {
    case $1 in
        '' | *[!A-Za-z0-9._@-]*) return 1 ;;
    esac
}

# Prints the lines of a file that aren't about this member of staff.
without() {
    [ ! -f "$1" ] || awk -v start="$2" 'index($0, start) != 1' "$1"
}

add_user() {
    is_name "$1" || fail "a name may contain letters, digits, '.', '_', '@' and '-'"
    password=$(secret "Password of $1")
    [ ${#password} -ge 8 ] || fail "the password needs at least 8 characters"
    [ ${#password} -le 128 ] || fail "the password can have at most 128 characters"
    hash=$(printf '%s\n' "$password" | openssl passwd -6 -stdin)
    device=$(openssl rand -hex 32)
    { without "$SECRETS/staff.htpasswd" "$1:"; printf '%s:%s\n' "$1" "$hash"; } | replace "$SECRETS/staff.htpasswd" "$GROUP"
    { without "$SECRETS/devices.map" "\"$1\" "; printf '"%s" %s;\n' "$1" "$device"; } | replace "$SECRETS/devices.map"
}

remove_user() {
    cut -d: -f1 "$SECRETS/staff.htpasswd" | grep -Fqx -- "$1" || fail "there is no user \"$1\""
    without "$SECRETS/staff.htpasswd" "$1:" | replace "$SECRETS/staff.htpasswd" "$GROUP"
    without "$SECRETS/devices.map" "\"$1\" " | replace "$SECRETS/devices.map"
}

init() {
    [ $# -gt 0 ] || set -- reseller organizations
    for api in "$@"; do
        is_api "$api" || fail "unknown API \"$api\": expected reseller or organizations"
    done
    # Others may open config.json in this folder, but not list the folder.
    install -d -m 711 "$SECRETS"
    install -d -m 700 -o "$WORKER" "$STATE" "$STATE/keys"
    for a in 0 1 2 3 4 5 6 7 8 9 a b c d e f; do
        for b in 0 1 2 3 4 5 6 7 8 9 a b c d e f; do
            install -d -m 700 -o "$WORKER" "$STATE/keys/$a$b"
        done
    done
    [ -f "$SECRETS/staff.htpasswd" ] || replace "$SECRETS/staff.htpasswd" "$GROUP" </dev/null
    [ -f "$SECRETS/devices.map" ] || replace "$SECRETS/devices.map" </dev/null
    for api in "$@"; do
        set_key "$api"
    done
}

# Fails unless the file's mode is $2, or one that gives group and others no access.
is_private() {
    [ -f "$1" ] || fail "$1 is missing"
    mode=$(stat -c %a "$1")
    case $mode in
        [0-7]00 | "$2") ;;
        *) fail "$1 can be read or written by others (mode $mode): chmod $2 $1" ;;
    esac
    [ "$(stat -c %u "$1")" = "$(id -u)" ] || fail "$1 belongs to another user"
}

check() {
    [ -f "$SECRETS/config.json" ] || fail "$SECRETS/config.json is missing"
    keys=0
    for api in reseller organizations; do
        file=$SECRETS/$api-key.conf
        [ -e "$file" ] || continue
        is_private "$file" 600
        grep -q "default \"Bearer ..*\";" "$file" || fail "$file contains no key: run $0 set-key $api"
        keys=$((keys + 1))
    done
    [ "$keys" -gt 0 ] || fail "there is no API key: run $0 init"
    if [ -e "$SECRETS/staff.htpasswd" ]; then
        is_private "$SECRETS/staff.htpasswd" 640
        is_private "$SECRETS/devices.map" 600
        [ -s "$SECRETS/staff.htpasswd" ] || [ -n "${CREDIT_DESK_SSO:-}" ] || fail "nobody can sign in: run $0 add-user NAME"
        [ "$(stat -c %G "$SECRETS/staff.htpasswd")" = "$GROUP" ] || fail "nginx can't read $SECRETS/staff.htpasswd: chgrp $GROUP $SECRETS/staff.htpasswd"
    fi
    [ "$(stat -c %a "$STATE" 2>/dev/null)" = 700 ] && [ "$(stat -c %U "$STATE")" = "$WORKER" ] || fail "$STATE must belong to $WORKER with mode 700: run $0 init"
    [ -d "$STATE/keys/ff" ] || fail "$STATE/keys is incomplete: run $0 init"
}

prepare() {
    check
    # nginx would make it readable by everyone.
    [ -e "$LOG" ] || [ ! -d "$(dirname "$LOG")" ] || install -m 640 -g "$GROUP" /dev/null "$LOG"
    rm -f "$STATE/once.sock" "$STATE/gateway.sock"
}

command=${1:-}
[ $# -eq 0 ] || shift
case $command in
    init) init "$@" ;;
    set-key) is_api "${1:-}" || fail "expected reseller or organizations"; set_key "$1" ;;
    add-user) add_user "${1:-}" ;;
    remove-user) remove_user "${1:-}" ;;
    check) check ;;
    prepare) prepare ;;
    forget) find "$STATE/keys" -mindepth 2 -maxdepth 2 -type d -mtime "+$DAYS" -exec rmdir {} + ;;
    *) sed -n '2,/^set -eu/{/^#/s/^# \{0,1\}//p}' "$0" >&2; exit 2 ;;
esac
