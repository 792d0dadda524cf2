# Numerical studies and verdicts.


rule study:
    output:
        STUDY,
    log:
        f"{R}/logs/study/{{claim}}.log",
    conda:
        "../../environment.yml"
    resources:
        mem_mb=2000,
        runtime=60,
    params:
        seed=PLAN.study_seed,
        code=study_code,
    shell:
        "python -m claims study {wildcards.claim} --seed {params.seed} > {log} 2>&1"


rule verdict:
    input:
        evidence_for,
    output:
        VERDICT,
    log:
        f"{R}/logs/verdict/{SCALE}/{{claim}}.log",
    conda:
        "../../environment.yml"
    resources:
        mem_mb=1000,
        runtime=30,
    params:
        scale=SCALE,
        declaration=declaration_of,
        code=source_digest("claims"),
    shell:
        "python -m claims evaluate {wildcards.claim} --scale {params.scale} > {log} 2>&1"


rule gather:
    input:
        expand(VERDICT, claim=CLAIM_IDS),
    output:
        rows=VERDICTS,
        table=f"{R}/verdicts/{SCALE}/verdicts.parquet",
    log:
        f"{R}/logs/gather/{SCALE}.log",
    conda:
        "../../environment.yml"
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        scale=SCALE,
        claims=CLAIM_IDS,
    shell:
        "python -m claims gather --scale {params.scale} {params.claims} > {log} 2>&1"
