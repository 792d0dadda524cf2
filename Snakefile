# One configuration in, one report of verdicts out. Helpers are in workflows/rules/common.smk.
from snakemake.utils import min_version

min_version("9.20")

# A configuration given with --configfile stands alone: it is never merged with the default one.
if "scale" not in config and not workflow.overwrite_configfiles:

    configfile: f"{workflow.basedir}/workflows/config/smoke.yaml"


include: "workflows/rules/common.smk"
include: "workflows/rules/train.smk"
include: "workflows/rules/measure.smk"
include: "workflows/rules/claims.smk"
include: "workflows/rules/report.smk"
include: "workflows/rules/plan.smk"


onsuccess:
    if PLANNING:
        logger.info(COST_TABLE.read_text())
    reports = {Path(REPORT.format(scale=scale)): Path(VERDICTS.format(scale=scale)) for scale in JUDGED}
    for words in closing_words(reports, Path(TRACKING)):
        logger.info(words)


rule all:
    default_target: True
    input:
        OUTCOME,


rule smoke:
    input:
        only_at_scale("smoke", OUTCOME),


rule claims:
    input:
        VERDICTS.format(scale=STUDIES),
        REPORT.format(scale=STUDIES),


rule report:
    input:
        REPORT.format(scale=SCALE),


rule track:
    input:
        TRACKING,


rule grid:
    input:
        expand(SCORES, run=RUNS, protocol=PROTOCOL),
