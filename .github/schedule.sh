#!/usr/bin/env bash
# What the workflows of a hosted CI need around auditlib: which audits to run, and the lasting storage of their evidence.
# docs/schedule.md explains it. Everything comes from the environment:
#
#   AUDITS            plan: parameter files, separated by blanks; empty takes all of params/ but the two examples
#   EVIDENCE_STORAGE  open, keep: branch:NAME of this repository, or folder:PATH of a mounted bucket or share
#   STORAGE           open, keep: where the storage is laid on this machine
#   GIT_TOKEN         open, keep: what may push, for a branch
set -euo pipefail

fail() {
    echo "schedule: $1" >&2
    exit 1
}

# The token is asked of the environment by git's helper: it stands on no command line and in no file.
export GIT_TERMINAL_PROMPT=0 GIT_CONFIG_COUNT=2 \
    GIT_CONFIG_KEY_0=credential.helper GIT_CONFIG_VALUE_0= \
    GIT_CONFIG_KEY_1=credential.helper \
    GIT_CONFIG_VALUE_1='!f() { echo username=x-access-token; echo "password=${GIT_TOKEN:-}"; }; f'

# Print the audits as a JSON list: the names of the parameter files without folder and ending.
plan() {
    local file name list='' examples='params/demo.yaml params/example.yaml'
    for file in ${AUDITS:-params/*.yaml}; do
        name=$(basename "$file" .yaml)
        [[ $file == "params/$name.yaml" && $name =~ ^[A-Za-z0-9][A-Za-z0-9._-]*$ && -f $file ]] ||
            fail "$file is not a parameter file params/NAME.yaml of this checkout"
        [[ -n ${AUDITS:-} || " $examples " != *" $file "* ]] || continue
        list+="${list:+,}\"$name\""
    done
    echo "[$list]"
}

# Lay the storage at $STORAGE, and let the checkout's archive/ be the one in it.
open() {
    local place=${EVIDENCE_STORAGE#*:} url
    [[ ! -e $STORAGE && ! -e archive && ! -L archive ]] || fail "$STORAGE or archive is there already"
    case $EVIDENCE_STORAGE in
    branch:?*)
        url=$(git remote get-url origin)
        if [[ $url == http* ]] && git -c credential.helper= ls-remote "$url" >/dev/null 2>&1; then
            fail "everybody can read this repository; evidence belongs in a private one"
        fi
        lay_branch "$place" "$url"
        ;;
    folder:?*)
        # A share that is not mounted is an empty folder: an archive begun there would be lost.
        [[ -f $place/EVIDENCE ]] || fail "$place has no file EVIDENCE: is it mounted? (make the file once, by hand)"
        ln -s "$place" "$STORAGE"
        ;;
    *) fail "EVIDENCE_STORAGE is branch:NAME or folder:PATH, not ${EVIDENCE_STORAGE:-empty}" ;;
    esac
    mkdir -p "$STORAGE/archive" "$STORAGE/packages"
    ln -s "$STORAGE/archive" archive
}

lay_branch() {
    local name=$1 url=$2 status=0
    git ls-remote --exit-code "$url" "refs/heads/$name" >/dev/null || status=$?
    git init --quiet --initial-branch="$name" "$STORAGE"
    git -C "$STORAGE" remote add origin "$url"
    # The bytes of evidence are kept as they are, whatever a file among them asks of git.
    echo '* -text -ident -filter -working-tree-encoding' >"$STORAGE/.git/info/attributes"
    case $status in
    0)
        git -C "$STORAGE" fetch --quiet --depth=1 origin "refs/heads/$name"
        git -C "$STORAGE" reset --quiet --hard FETCH_HEAD
        ;;
    2) echo "::warning title=New storage::The branch $name is not there yet; it begins now." ;;
    *) fail "$url does not say whether the branch $name is there" ;;
    esac
}

# Make lasting what was added to the storage. Only what grows is taken: nothing is removed, no byte rewritten.
keep() {
    cd "$STORAGE"
    [[ -d .git ]] || { echo "The storage is a folder: what was written is there."; return; }
    # What auditlib leaves beside an archive while it works is none of it.
    git add --all --force -- . ':(exclude,glob)archive/**/.work/**' ':(exclude,glob)archive/**/*.lock' \
        ':(exclude,glob)archive/**/*.lock.json'
    ! git diff --cached --quiet ||
        fail "nothing was added to the storage; if all went well: does \`archive\` in the parameters lead elsewhere?"
    require_growth
    git -c user.name="evidence schedule" -c user.email=schedule@localhost commit --quiet --message="$1"
    git push --quiet origin "HEAD:refs/heads/$(git symbolic-ref --short HEAD)"
}

require_growth() {
    local change file
    git rev-parse --quiet --verify HEAD >/dev/null || return 0
    while IFS= read -r -d '' change && IFS= read -r -d '' file; do
        case $change in
        A) ;;
        M) head -c "$(git cat-file -s "HEAD:$file")" "$file" | cmp -s <(git cat-file blob "HEAD:$file") - ||
            fail "$file was rewritten; nothing is stored" ;;
        *) fail "$file was removed or is of another kind; nothing is stored" ;;
        esac
    done < <(git diff --cached --name-status --no-renames -z)
}

case ${1:-} in
plan) plan ;;
open) open ;;
keep) keep "${2:?what was added}" ;;
*) fail "plan, open or keep" ;;
esac
