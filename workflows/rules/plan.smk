# What the configuration costs, before it is launched: `snakemake plan`. Nothing is trained; what nothing is known of
# yet is timed for a moment. There is no output, so it is always counted anew.
import sys

PLANNING = "plan" in sys.argv[1:]
COST_TABLE = Path(f"{R}/plan/{SCALE}.txt")


localrules:
    plan,


rule plan:
    log:
        f"{R}/logs/plan/{SCALE}.log",
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=4000,
        runtime=30,
    params:
        plan=PLAN_FILE,
        table=COST_TABLE,
        together=PLAN.together,
    shell:
        "python -m bench cost --plan {params.plan} --together {params.together} > {params.table} 2> {log}"


# A dry run counts with what is known; it times nothing and writes nothing.
if PLANNING and workflow.output_settings.dryrun and workflow.is_main_process:
    from bench.cost import cost
    from bench.cost_table import table

    known = or_exit(lambda: cost(PLANNED, Path(R), calibrate=False, together=PLAN.together))
    logger.info(table(known, PLAN_FILE))
