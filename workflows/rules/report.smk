# The two ways out: the page to read, and the mirror in MLflow.


rule render:
    input:
        shown_at,
        rules.protocol.output,
    output:
        page=REPORT,
        text=f"{R}/report/{{scale}}/report.md",
    log:
        f"{R}/logs/render/{{scale}}.log",
    conda:
        "../../environment.yml"
    resources:
        mem_mb=2000,
        runtime=30,
    params:
        code=source_digest("report"),
    shell:
        "python -m report --scale {wildcards.scale} > {log} 2>&1"


rule mirror:
    input:
        VERDICTS.format(scale=SCALE),
        EVIDENCE.format(subject="all"),
    output:
        TRACKING,
    log:
        f"{R}/logs/mirror/{SCALE}.log",
    conda:
        "../../environment.yml"
    resources:
        mem_mb=1000,
        runtime=60,
    params:
        scale=SCALE,
        code=source_digest("bench/tracking.py"),
    shell:
        "python -m bench track --scale {params.scale} > {log} 2>&1"
