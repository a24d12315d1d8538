#!/usr/bin/env bash
# Runs the tasks of a sweep through GNU parallel, on this machine or over ssh on others that see the repository, its build
# and the working directory under the same paths. Run again with the same arguments, it goes on: what succeeded is skipped.
#   dotnet build lib/Workbook
#   docs/sweeps/gnu-parallel.sh [-j tasks a machine] [--sshloginfile file] notebooks/vade.ipynb --over seed=1..10
set -euo pipefail

jobs=1
machines=()
while [ $# -gt 0 ]; do
    case $1 in
        -j) jobs=$2 && shift 2 ;;
        --sshloginfile) machines=(--sshloginfile "$2") && shift 2 ;;
        *) break ;;
    esac
done

repository=$(cd "$(dirname "$0")/../.." && pwd)
sweep=(dotnet "$repository/lib/Workbook/bin/Workbook.dll" sweep "$@")
tasks=$("${sweep[@]}" --list)

# Other arguments make another sweep, with a log of its own: a task's number says nothing without them.
folder=$repository/runs/sweeps/$(printf '%s\n' "$*" "$tasks" | cksum | cut -d ' ' -f 1)
mkdir -p "$folder"
echo "$(wc -l <<< "$tasks") tasks; logs and the list of finished tasks: $folder"

# ssh takes no environment along. Processors are shared out where a task runs, as machines differ.
settings=
for name in OMP_NUM_THREADS MNIST_DIR WORKBOOK_FIGURES; do
    if [ -n "${!name:-}" ]; then settings+="export $name=${!name@Q}; "; fi
done
# shellcheck disable=SC2016 # expanded on the machine that runs the task
share='threads=$(( $(nproc) / '$jobs' )); export OMP_NUM_THREADS=${OMP_NUM_THREADS:-$(( threads > 0 ? threads : 1 ))}; '

# A task is given 20 s to stop in good order before it is killed.
PARALLEL_SHELL=$(command -v bash) parallel --jobs "$jobs" "${machines[@]}" --workdir "$PWD" --colsep '\t' \
    --joblog "$folder/joblog" --resume-failed --termseq TERM,20000,KILL,100 --line-buffer --tagstring '{2}' \
    "$settings$share exec ${sweep[*]@Q} --task {1} > >(tee ${folder@Q}/{2}.log) 2>&1" <<< "$tasks"
