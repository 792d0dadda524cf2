# Numerical studies and verdicts.


rule study:
    output:
        STUDY,
    log:
        f"{R}/logs/study/{{claim}}-{{effort}}-s{{study_seed}}.log",
    conda:
        "../../environment.yml"
    resources:
        mem_mb=2000,
        runtime=60,
    params:
        code=study_code,
    shell:
        "python -m claims study {wildcards.claim} --seed {wildcards.study_seed} --effort {wildcards.effort}"
        " > {log} 2>&1"


if QUICK:

    # Together, because the packages take longer to import than a quick study to train.
    rule quick_studies:
        output:
            expand(STUDY, claim=QUICK, effort="quick", study_seed=PLAN.study_seed),
        log:
            f"{R}/logs/study/quick-s{PLAN.study_seed}.log",
        conda:
            "../../environment.yml"
        resources:
            mem_mb=2000,
            runtime=30,
        params:
            claims=QUICK,
            seed=PLAN.study_seed,
            code=[study_digest(claim) for claim in QUICK],
        shell:
            "python -m claims study {params.claims} --seed {params.seed} --effort quick > {log} 2>&1"

    ruleorder: quick_studies > study


rule verdict:
    input:
        evidence_for,
    output:
        VERDICT,
    log:
        f"{R}/logs/verdict/{{scale}}/{{claim}}.log",
    conda:
        "../../environment.yml"
    resources:
        mem_mb=1000,
        runtime=30,
    params:
        seed=PLAN.study_seed,
        effort=effort_of,
        declaration=declaration_of,
        code=source_digest("claims"),
    shell:
        "python -m claims evaluate {wildcards.claim} --scale {wildcards.scale} --seed {params.seed}"
        " --effort {params.effort} > {log} 2>&1"


if BATCHES:

    rule identities_together:
        output:
            expand(STUDY, claim=IDENTITIES, effort="full", study_seed=PLAN.study_seed),
        log:
            f"{R}/logs/study/identities-s{PLAN.study_seed}.log",
        conda:
            "../../environment.yml"
        resources:
            mem_mb=2000,
            runtime=60,
        params:
            claims=IDENTITIES,
            seed=PLAN.study_seed,
            code=source_digest("claims/studies"),
        shell:
            "python -m claims study {params.claims} --seed {params.seed} > {log} 2>&1"

    rule verdicts_together:
        input:
            evidence_at(SCALE),
        output:
            expand(VERDICT, scale=SCALE, claim=CLAIM_IDS),
        log:
            f"{R}/logs/verdict/{SCALE}.log",
        conda:
            "../../environment.yml"
        resources:
            mem_mb=1000,
            runtime=30,
        params:
            claims=CLAIM_IDS,
            scale=SCALE,
            seed=PLAN.study_seed,
            effort=PLAN.studies,
            declarations=[CLAIMS[claim].declaration_hash for claim in CLAIM_IDS],
            code=source_digest("claims"),
        shell:
            "python -m claims evaluate {params.claims} --scale {params.scale} --seed {params.seed}"
            " --effort {params.effort} > {log} 2>&1"

    ruleorder: identities_together > study
    ruleorder: verdicts_together > verdict


rule gather:
    input:
        verdicts_at,
    output:
        rows=VERDICTS,
        table=f"{R}/verdicts/{{scale}}/verdicts.parquet",
    log:
        f"{R}/logs/gather/{{scale}}.log",
    conda:
        "../../environment.yml"
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        claims=judged_at,
    shell:
        "python -m claims gather --scale {wildcards.scale} {params.claims} > {log} 2>&1"


rule protocol:
    output:
        expand(f"{R}/protocol/{{table}}.json", table=["calibration", "power", "inflation"]),
    log:
        f"{R}/logs/protocol.log",
    conda:
        "../../environment.yml"
    resources:
        mem_mb=1000,
        runtime=30,
    params:
        code=source_digest("claims"),
    shell:
        "python -m claims calibrate > {log} 2>&1"
