# Data, the classifier that serves as feature extractor, and the trainings.
# `conda:` says what every rule needs; all of them run in the environment that Snakemake itself runs in.


rule data:
    output:
        card=DATA,
        arrays=multiext(
            f"{R}/data/{{data_id}}/",
            "train.npy",
            "train_labels.npy",
            "test.npy",
            "test_labels.npy",
        ),
    log:
        f"{R}/logs/data/{{data_id}}.log",
    conda:
        "../../environment.yml"
    resources:
        mem_mb=4000,
        runtime=lambda wildcards, attempt: 60 * attempt**2,  # minutes; hours for millions of photographs
    params:
        dataset=dataset_of,
        image_size=image_size_of,
        options=dataset_options_of,
    shell:
        "python -m bench data --dataset {params.dataset} --image-size {params.image_size}"
        " --options-json {params.options:q} > {log} 2>&1"


rule extractor:
    input:
        DATA,
    output:
        card=EXTRACTOR,
        weights=f"{R}/extractors/{{data_id}}/weights.pt",
    log:
        f"{R}/logs/extractor/{{data_id}}.log",
    conda:
        "../../environment.yml"
    resources:
        mem_mb=growing(8000),
        runtime=60,
    params:
        dataset=dataset_of,
        image_size=image_size_of,
        options=dataset_options_of,
    shell:
        "python -m bench extractor --dataset {params.dataset} --image-size {params.image_size}"
        " --options-json {params.options:q} > {log} 2>&1"


# Checkpoints and the true result are files Snakemake does not know, so that it never deletes them;
# result.json is a copy that costs nothing to publish again.
rule train:
    input:
        training_data,
    output:
        RUN,
    log:
        f"{R}/logs/train/{{run}}.log",
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        device=PLAN.device,
        gpu=GPUS,
        mem_mb=growing(8000),
        runtime=growing(120),
    params:
        spec=spec_json,
        limit=time_limit,
    shell:
        "python -m bench run --train-only --spec-json {params.spec:q} {params.limit} --device {resources.device}"
        " --threads {threads} > {log} 2>&1"


# Short runs together in one process, which takes longer to start than they to train; trained and scored.
for number, batch in enumerate(BATCHES):

    rule:
        name:
            f"batch_{number}"
        input:
            batch_inputs(batch),
        output:
            expand(RUN, run=batch),
            expand(SCORES, run=batch, protocol=PROTOCOL),
            expand(SAMPLES, run=batch, protocol=PROTOCOL),
            expand(PROGRESS, run=batch, protocol=PROTOCOL),
        log:
            f"{R}/logs/batch/{SCALE}-{number}.log",
        conda:
            "../../environment.yml"
        threads: 1
        resources:
            device=PLAN.device,
            gpu=GPUS,
            mem_mb=growing(8000),
            runtime=growing(120),
        params:
            runs=batch,
            plan=PLAN_FILE,
            limit=time_limit,
        shell:
            "python -m bench run --plan {params.plan} --runs <(printf '%s\n' {params.runs}) {params.limit}"
            " --device {resources.device} --threads {threads} > {log} 2>&1"

    workflow.ruleorder(f"batch_{number}", "train")
    workflow.ruleorder(f"batch_{number}", "measure")
