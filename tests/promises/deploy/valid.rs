//! The files are what their readers take: Kubernetes, Docker, Prometheus, the shell.

use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result, ensure};
use jaga_tests::{home, kubectl, project_root, skip, test_tool};

use crate::files;

/// Runs a program in the project's root and returns what it wrote, if it succeeded.
fn run(program: &Path, args: &[&str]) -> Result<String> {
    let output = Command::new(program)
        .args(args)
        .current_dir(project_root())
        .output()?;
    let out = String::from_utf8_lossy(&output.stdout).into_owned();
    let err = String::from_utf8_lossy(&output.stderr);
    ensure!(
        output.status.success(),
        "{} {args:?}: {out}{err}",
        program.display()
    );
    Ok(out)
}

#[test]
fn the_manifests_render_and_fit_the_schemas_of_kubernetes() -> Result<()> {
    let (Some(kubectl), Some(validate)) = (kubectl(), test_tool("kubernetes-validate")) else {
        skip("no kubectl or kubernetes-validate: run deploy/setup/test-deps.sh");
        return Ok(());
    };
    for place in ["deploy/k8s/base", "deploy/k8s/overlays/example"] {
        let rendered = run(&kubectl, &["kustomize", place])?;
        ensure!(
            rendered.matches("\nkind: Deployment\n").count() == 5,
            "{place}: five workers"
        );
        ensure!(
            !rendered.contains("kind: Secret"),
            "{place}: secrets never lie in the project"
        );
        let file = home()?.folder("rendered")?.join("all.yaml");
        std::fs::write(&file, &rendered)?;
        let file = file.to_str().context("the path is no text")?;
        run(&validate, &["--strict", file]).with_context(|| place.to_owned())?;
    }
    Ok(())
}

#[test]
fn the_image_file_and_the_scripts_pass_their_linters() -> Result<()> {
    let (Some(hadolint), Some(shellcheck)) = (test_tool("hadolint"), test_tool("shellcheck"))
    else {
        skip("no hadolint or shellcheck: run deploy/setup/test-deps.sh");
        return Ok(());
    };
    // DL3008: versions of Debian packages can't be pinned, the mirror keeps only the newest.
    run(
        &hadolint,
        &["--ignore", "DL3008", "deploy/image/Dockerfile"],
    )?;
    let mut scripts = [".ci/run", "shared/imaging/fuzz/run.sh"]
        .map(str::to_owned)
        .to_vec();
    for folder in ["deploy/setup", "deploy/rabbitmq", "deploy/postgres"] {
        for entry in std::fs::read_dir(project_root().join(folder))? {
            let path = entry?.path();
            if path.extension().is_some_and(|extension| extension == "sh") {
                scripts.push(path.to_string_lossy().into_owned());
            }
        }
    }
    let mut args = vec!["-x"];
    args.extend(scripts.iter().map(String::as_str));
    run(&shellcheck, &args)?;
    Ok(())
}

#[test]
fn every_alert_is_an_expression_over_metrics_that_jaga_has() -> Result<()> {
    let groups = files::yaml("alerts/jaga.rules.yaml")?;
    let rules = groups[0]["groups"][0]["rules"]
        .as_array()
        .context("no rules")?;
    let expressions: Vec<&str> = rules
        .iter()
        .filter_map(|rule| rule["expr"].as_str())
        .collect();
    ensure!(expressions.len() == rules.len() && expressions.len() >= 10);

    let sources = rust_sources(&["shared", "workers"])?;
    for expression in &expressions {
        for word in expression.split(|c: char| !c.is_ascii_alphanumeric() && c != '_') {
            if word.starts_with("jaga_") {
                let quoted = format!("\"{word}\"");
                ensure!(sources.contains(&quoted), "no worker has the metric {word}");
            }
        }
    }

    let Some(python) = test_tool("python") else {
        skip("no promql-parser: run deploy/setup/test-deps.sh");
        return Ok(());
    };
    let parse = "import sys, promql_parser\nfor e in sys.argv[1:]: promql_parser.parse(e)";
    let mut args = vec!["-c", parse];
    args.extend(&expressions);
    run(&python, &args)?;
    ensure!(
        run(&python, &["-c", parse, "sum by ("]).is_err(),
        "the parser refuses nonsense"
    );
    Ok(())
}

fn rust_sources(folders: &[&str]) -> Result<String> {
    let mut all = String::new();
    let mut open: Vec<_> = folders
        .iter()
        .map(|folder| project_root().join(folder))
        .collect();
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                all.push_str(&std::fs::read_to_string(path)?);
            }
        }
    }
    Ok(all)
}
