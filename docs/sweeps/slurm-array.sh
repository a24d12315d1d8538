#!/usr/bin/env bash
# Runs each task of a sweep as one task of a Slurm job array. Once beforehand, in the repository on the shared file system:
#   dotnet build lib/Workbook && mkdir -p runs/slurm
#   dotnet lib/Workbook/bin/Workbook.dll sweep notebooks/vade.ipynb --over seed=1..10 --list      # how many tasks
# and then, with the same arguments:
#   sbatch --array=1-10 docs/sweeps/slurm-array.sh notebooks/vade.ipynb --over seed=1..10
#SBATCH --job-name=sweep
#SBATCH --cpus-per-task=8
#SBATCH --mem=8G
#SBATCH --time=08:00:00
#SBATCH --output=runs/slurm/%A-%a.log
set -euo pipefail

cd "$SLURM_SUBMIT_DIR"
export OMP_NUM_THREADS=$SLURM_CPUS_PER_TASK
# By srun, because its steps are sent SIGTERM at the time limit and by scancel: the notebook is then stopped in good order.
# Not by "dotnet run", which would pass the signal on a second time, and the second one kills.
exec srun --cpus-per-task="$SLURM_CPUS_PER_TASK" \
    dotnet lib/Workbook/bin/Workbook.dll sweep "$@" --task "$SLURM_ARRAY_TASK_ID"
