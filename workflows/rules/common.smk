# What the rules share: the plan made from the configuration, the names of files, and the helpers rules call.
import json
from dataclasses import asdict
from pathlib import Path

from bench.config import plan
from bench.planned import EVERYTHING, path_of
from bench.spec import STUDIES
from claims.catalogue import CLAIMS
from workflows.controller import begin, closing_words, fail, or_exit, use_this_interpreter
from claims.designs import planned
from claims.plugins import activate
from workflows.selection import batches, claims_of, data_folders, source_digest, study_digest

use_this_interpreter()

PLAN = or_exit(lambda: plan(config))
or_exit(lambda: activate(PLAN.config.get("plugins", ()), CLAIMS))
SCALE, PROTOCOL = PLAN.scale, PLAN.protocol.key
CLAIM_IDS = or_exit(lambda: claims_of(PLAN))
PLANNED = or_exit(lambda: planned(PLAN, [CLAIMS[claim] for claim in CLAIM_IDS]))
RUNS = PLANNED.runs
DATA_SETS = {spec.data_id: spec.data for spec in RUNS.values()}
BATCHES = batches(list(RUNS.values()), PLAN.together) if PLAN.together > 1 else []
# What the verdicts of a scale are on: those of the configuration, and under their own name all that need no grid.
JUDGED = {SCALE: CLAIM_IDS, STUDIES: [claim for claim in CLAIM_IDS if CLAIMS[claim].study]}
EFFORT = {SCALE: PLAN.studies, STUDIES: "full"}
SUBJECTS = [EVERYTHING, *(claim for claim in CLAIM_IDS if CLAIMS[claim].design)]
# Claims whose studies are made together in a configuration of short jobs: those that train quickly, and identities.
IDENTITIES = [claim for claim in CLAIM_IDS if CLAIMS[claim].study and not CLAIMS[claim].trains]
QUICK = [claim for claim in CLAIM_IDS if CLAIMS[claim].effort(PLAN.studies) == "quick"]

R = "results"
DATA = f"{R}/data/{{data_id}}/card.json"
EXTRACTOR = f"{R}/extractors/{{data_id}}/card.json"
RUN = f"{R}/runs/{{run}}/result.json"
SCORES = f"{R}/measurements/{{run}}/{{protocol}}/scores.parquet"
SAMPLES = f"{R}/measurements/{{run}}/{{protocol}}/samples.png"
PROGRESS = f"{R}/measurements/{{run}}/{{protocol}}/progress.png"
REFERENCE = f"{R}/reference/{{data_id}}/{{protocol}}/scores.parquet"
EVIDENCE = f"{R}/evidence/{SCALE}/{{subject}}/scores.parquet"
COLLECTED = f"{R}/evidence/{SCALE}/{{subject}}/{{table}}.parquet"
STUDY = f"{R}/studies/{{claim}}/{{effort}}-s{{study_seed}}.parquet"
VERDICT = f"{R}/verdicts/{{scale}}/{{claim}}.json"
VERDICTS = f"{R}/verdicts/{{scale}}/verdicts.json"
REPORT = f"{R}/report/{{scale}}/index.html"
TRACKING = f"{R}/tracking/{SCALE}.json"
OUTCOME = [VERDICTS.format(scale=SCALE), REPORT.format(scale=SCALE), TRACKING]
PLAN_FILE = path_of(Path(R), SCALE)
GPUS = 0 if PLAN.device == "cpu" else 1  # of a job that trains or measures; they count on a cluster only

or_exit(lambda: begin(workflow, Path(R), Path(TRACKING), PLANNED, data_folders(RUNS.values())))


wildcard_constraints:
    data_id=r"[a-z0-9_-]+",
    run=r"[a-z0-9_-]+/[a-z0-9_]+/[a-z0-9_+]+/s\d+-[0-9a-f]{10}",
    protocol=r"[0-9a-f]{10}",
    subject=r"[a-z0-9-]+",
    claim=r"(?!verdicts\.)[a-z0-9-]+",
    scale=f"{SCALE}|{STUDIES}",
    effort="full|quick",
    study_seed=r"\d+",


def growing(amount):
    """So much of a resource at the first attempt, twice as much at the second: what was too little is mended so."""
    return lambda wildcards, attempt: amount * attempt


# Seconds each: not worth a place in a cluster's queue.
localrules:
    collect,
    gather,
    mirror,
    protocol,
    render,
    verdict,


def run_of(wildcards):
    """The specification behind a run's path."""
    if wildcards.run not in RUNS:
        fail(f"Run {wildcards.run} is not in the configuration of scale {SCALE!r}.")
    return RUNS[wildcards.run]


def spec_json(wildcards):
    """One run's own specification: a change of another run's settings does not concern this run."""
    return run_of(wildcards).to_json()


def protocol_json(wildcards):
    """How samples are scored."""
    return json.dumps(asdict(PLAN.protocol), sort_keys=True, separators=(",", ":"))


def dataset_of(wildcards):
    """Name of the data set behind a data folder."""
    return data_set(wildcards).dataset


def image_size_of(wildcards):
    """Image size of the data set behind a data folder; 0 for points."""
    return data_set(wildcards).image_size


def dataset_options_of(wildcards):
    """The options of the data set behind a data folder, as JSON."""
    return json.dumps(data_set(wildcards).options, sort_keys=True, separators=(",", ":"))


def data_set(wildcards):
    if wildcards.data_id not in DATA_SETS:
        fail(f"Data {wildcards.data_id} is not in the configuration of scale {SCALE!r}.")
    return DATA_SETS[wildcards.data_id]


def training_data(wildcards):
    """The prepared data a run trains on."""
    return DATA.format(data_id=run_of(wildcards).data_id)


def scored_with(wildcards):
    """What scoring a run needs beside the run."""
    return scoring_inputs(run_of(wildcards).data_id)


def reference_inputs(wildcards):
    """What scoring real samples against real samples needs."""
    return scoring_inputs(wildcards.data_id)


def scoring_inputs(data_id):
    files = [DATA.format(data_id=data_id)]
    if PLAN.protocol.needs_classifier(DATA_SETS[data_id].image_size):
        files.append(EXTRACTOR.format(data_id=data_id))
    return files


def results_of(wildcards):
    """The trainings a subject rests on."""
    return expand(RUN, run=run_ids_of(wildcards))


def scores_of(wildcards):
    """The measurements a subject rests on."""
    return expand(SCORES, run=run_ids_of(wildcards), protocol=PROTOCOL)


def references_of(wildcards):
    """The floors of the metrics on the data sets a subject rests on."""
    data_ids = {RUNS[run_id].data_id for run_id in run_ids_of(wildcards)}
    return expand(REFERENCE, data_id=sorted(data_ids), protocol=PROTOCOL)


def run_ids_of(wildcards):
    """The runs of a subject; their ids hold everything that decides their results."""
    return PLANNED.run_ids(wildcards.subject)


def arms_of(wildcards):
    """Which arm each run of a subject belongs to."""
    return PLANNED.members(wildcards.subject)


def skipped_cells(wildcards):
    """The cells that make no sense."""
    return [f"{cell.dataset}/{cell.architecture}/{cell.method}/s{cell.seed}" for cell in PLANNED.skipped]


def batch_inputs(runs):
    """What training and scoring several runs needs: their data, extractors and references."""
    data_ids = sorted({RUNS[run].data_id for run in runs})
    needed = [file for data_id in data_ids for file in scoring_inputs(data_id)]
    return [*needed, *expand(REFERENCE, data_id=data_ids, protocol=PROTOCOL)]


def time_limit(wildcards):
    """The option that ends trainings which take too long, where the configuration sets one."""
    return "" if PLAN.time_limit is None else f"--time-limit {PLAN.time_limit}h"


def evidence_for(wildcards):
    """A study for a claim about numbers, collected runs for a claim about trainings."""
    claim, scale = wildcards.claim, wildcards.scale
    if claim not in JUDGED[scale]:
        fail(f"Claim {claim!r} is not judged at scale {scale!r}; see `python -m claims list`.")
    if CLAIMS[claim].study:
        effort = CLAIMS[claim].effort(EFFORT[scale])
        return STUDY.format(claim=claim, effort=effort, study_seed=PLAN.study_seed)
    return EVIDENCE.format(subject=claim)


def evidence_at(scale):
    """What the verdicts of a scale rest on."""
    studied = [claim for claim in JUDGED[scale] if CLAIMS[claim].study]
    efforts = {claim: CLAIMS[claim].effort(EFFORT[scale]) for claim in studied}
    studies = [STUDY.format(claim=claim, effort=efforts[claim], study_seed=PLAN.study_seed) for claim in studied]
    return [*studies, *(EVIDENCE.format(subject=claim) for claim in JUDGED[scale] if CLAIMS[claim].design)]


def effort_of(wildcards):
    """How much the studies behind the verdicts of a scale train."""
    return EFFORT[wildcards.scale]


def judged_at(wildcards):
    """The claims in the table of a scale."""
    return JUDGED[wildcards.scale]


def verdicts_at(wildcards):
    """The verdicts in the table of a scale."""
    return expand(VERDICT, scale=wildcards.scale, claim=judged_at(wildcards))


def shown_at(wildcards):
    """What the report of a scale shows: verdicts, and what was trained on the grid."""
    trained = [] if wildcards.scale == STUDIES else [EVIDENCE.format(subject="all")]
    return [VERDICTS.format(scale=wildcards.scale), *trained]


def study_code(wildcards):
    """Changes when a study has to be made again."""
    return study_digest(wildcards.claim)


def declaration_of(wildcards):
    """Changes when the statements tested or the declaration change."""
    return CLAIMS[wildcards.claim].declaration_hash


def only_at_scale(scale, files):
    """The target named after a scale means nothing under the configuration of another one."""

    def files_or_error(wildcards):
        if SCALE != scale:
            fail(
                f"Target {scale!r} belongs to workflows/config/{scale}.yaml, but the configuration is for {SCALE!r}. "
                "Ask for 'all', or leave --configfile out."
            )
        return files

    return files_or_error
