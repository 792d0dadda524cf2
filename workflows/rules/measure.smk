# Scores of the snapshots of every run, of real data against real data, and the tables that gather them.


rule measure:
    input:
        RUN,
        scored_with,
    output:
        scores=SCORES,
        samples=SAMPLES,
        progress=PROGRESS,
    log:
        f"{R}/logs/measure/{{run}}/{{protocol}}.log",
    priority: 1  # before the next training: evidence early, and an estimate of the time left
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        device=PLAN.device,
        gpu=GPUS,
        mem_mb=growing(8000),
        runtime=growing(30),
    params:
        spec=spec_json,
        protocol=protocol_json,
    shell:
        "python -m bench measure --spec-json {params.spec:q} --protocol-json {params.protocol:q}"
        " --device {resources.device} --threads {threads} > {log} 2>&1"


rule reference:
    input:
        reference_inputs,
    output:
        scores=REFERENCE,
        samples=f"{R}/reference/{{data_id}}/{{protocol}}/samples.png",
    log:
        f"{R}/logs/reference/{{data_id}}/{{protocol}}.log",
    conda:
        "../../environment.yml"
    resources:
        mem_mb=4000,
        runtime=60,
    params:
        dataset=dataset_of,
        image_size=image_size_of,
        options=dataset_options_of,
        protocol=protocol_json,
    shell:
        "python -m bench reference --dataset {params.dataset} --image-size {params.image_size}"
        " --options-json {params.options:q} --protocol-json {params.protocol:q} > {log} 2>&1"


rule collect:
    input:
        results=results_of,
        scores=scores_of,
        references=references_of,
    output:
        scores=EVIDENCE,
        runs=COLLECTED.format(subject="{subject}", table="runs"),
        curves=COLLECTED.format(subject="{subject}", table="curves"),
    log:
        f"{R}/logs/collect/{SCALE}/{{subject}}.log",
    conda:
        "../../environment.yml"
    resources:
        mem_mb=2000,
        runtime=30,
    params:
        plan=PLAN_FILE,
        # Not in the command, but reasons to collect again.
        arms=arms_of,
        skipped=skipped_cells,
        code=source_digest("bench/collect.py", "bench/curves.py"),
    shell:
        "python -m bench collect --plan {params.plan} --subjects {wildcards.subject} > {log} 2>&1"


if BATCHES:

    rule collect_together:
        input:
            results=expand(RUN, run=RUNS),
            scores=expand(SCORES, run=RUNS, protocol=PROTOCOL),
            references=expand(REFERENCE, data_id=DATA_SETS, protocol=PROTOCOL),
        output:
            expand(EVIDENCE, subject=SUBJECTS),
            expand(COLLECTED, subject=SUBJECTS, table=["runs", "curves"]),
        log:
            f"{R}/logs/collect/{SCALE}.log",
        conda:
            "../../environment.yml"
        resources:
            mem_mb=2000,
            runtime=30,
        params:
            plan=PLAN_FILE,
            subjects=SUBJECTS,
            arms=[PLANNED.members(subject) for subject in SUBJECTS],
            code=source_digest("bench/collect.py", "bench/curves.py"),
        shell:
            "python -m bench collect --plan {params.plan} --subjects {params.subjects} > {log} 2>&1"

    ruleorder: collect_together > collect
