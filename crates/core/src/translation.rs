//! The public face: one total function from input to files and diagnostics.

use crate::carry;
use crate::compose::{self, Project};
use crate::coverage;
use crate::diag::{Diagnostic, Diagnostics};
use crate::input::Input;
use crate::load::{Steps, load};
use crate::lower::fit::Misfit;
use crate::lower::patch::{Patches, Rejected};
use crate::lower::{Object, lower};
use crate::options::{Options, PodSecurity};
use crate::plan::security::standard::{self, Level};
use crate::plan::{Forward, ImageBuild, Plan, plan};
use crate::render::{File, Writer};
use crate::text::Sources;
use crate::vocab;
use crate::vocab::kompose;

/// What a translation gives.
#[derive(Clone, Debug, Default)]
pub struct Translation {
    /// The files to write, in the order of their paths. Empty where the project does not load.
    pub files: Vec<File>,
    /// The objects in the order in which they should be applied.
    pub objects: Vec<ObjectReference>,
    /// Everything to tell, sorted by place.
    pub diagnostics: Vec<Diagnostic>,
    /// The texts that places point into.
    pub sources: Sources,
    /// What was translated, and what the user still has to do by hand.
    pub summary: Summary,
}

/// Which object it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ObjectReference {
    /// `apiVersion`.
    pub api_version: &'static str,
    /// `kind`.
    pub kind: &'static str,
    /// `metadata.name`.
    pub name: String,
}

/// What was translated, and what the user still has to do by hand.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// How many Compose services were translated: the active ones.
    pub services: usize,
    /// The namespace that the objects name, if they name one.
    pub namespace: Option<String>,
    /// Images to build and push.
    pub builds: Vec<ImageBuild>,
    /// Published ports that only `kubectl port-forward` reaches.
    pub forwards: Vec<Forward>,
    /// The strictest Pod Security Standard that each workload reaches, by the workload's name.
    pub levels: Vec<(String, Level)>,
}

/// Translates a project. Total: never panics, and the same input gives the same bytes.
///
/// A project that does not load gives no objects. An error after that removes what it spoils, and nothing else.
#[must_use]
pub fn translate(input: &Input<'_>, options: &Options) -> Translation {
    translate_each(input, options, |_| ())
}

/// The same. `each` sees every object as data before it is written down, in the order in which they should be applied.
#[must_use]
pub fn translate_each(input: &Input<'_>, options: &Options, mut each: impl FnMut(&Object)) -> Translation {
    let mut sources = Sources::default();
    let mut diagnostics = Diagnostics::default();
    let Some((project, options, plan)) = planned(input, options, &mut sources, &mut diagnostics) else {
        return Translation { diagnostics: diagnostics.into_sorted(), sources, ..Translation::default() };
    };
    let (mut objects, mut writer, mut patches) = (Vec::new(), Writer::new(options.output), Patches::of(&plan));
    lower(&plan, &project, &mut |mut object| {
        patches.apply(&mut object);
        each(&object);
        writer.push(&object);
        objects.push(ObjectReference { api_version: object.api_version, kind: object.kind, name: object.name });
    });
    for (patch, why) in patches.rejected() {
        diagnostics.push(match why {
            Rejected::WithoutTarget(kinds) => patch.without_target(&kinds),
            Rejected::Unfit(object, Misfit::Unknown(field)) => patch.with_unknown_field(&object, &field),
            Rejected::Unfit(object, Misfit::Value(why)) => patch.with_invalid_value(&object, &why),
        });
    }
    let (files, summary) = (writer.finish(), summary(&project, plan));
    Translation { files, objects, diagnostics: diagnostics.into_sorted(), sources, summary }
}

/// A script that copies a project's data into its claims.
#[derive(Clone, Debug, Default)]
pub struct Script {
    /// The script; `None` where the project does not load, or has nothing to copy.
    pub text: Option<String>,
    /// What there is to tell about the project, sorted by place.
    pub diagnostics: Vec<Diagnostic>,
    /// The texts that places point into.
    pub sources: Sources,
}

/// The script that copies a project's data into its claims. Total, as [`translate`] is.
#[must_use]
pub fn carry_script(input: &Input<'_>, options: &Options) -> Script {
    let mut sources = Sources::default();
    let mut diagnostics = Diagnostics::default();
    let planned = planned(input, options, &mut sources, &mut diagnostics);
    let text = planned.and_then(|(project, options, plan)| {
        let restricted = options.pod_security == PodSecurity::Restricted;
        carry::script(&plan, carry::Settings { project: &project.name, image: &options.wait_image, restricted })
    });
    Script { text, diagnostics: diagnostics.into_sorted(), sources }
}

/// Everything up to the plan, with the options that count. `None` where the project does not load.
fn planned(input: &Input<'_>, options: &Options, sources: &mut Sources, diagnostics: &mut Diagnostics) -> Option<(Project, Options, Plan)> {
    let steps = Steps { all_resources: input.selection.all_resources, ..Steps::TRANSLATION };
    let loaded = load(input, steps, sources, diagnostics)?;
    let mut report = coverage::Report::default();
    let project = compose::decode(loaded, diagnostics, |part, diagnostics| report.look(part, diagnostics));
    report.tell(diagnostics);
    let project = kompose::applied(project, diagnostics);
    let options = vocab::transship::options(&project, options, diagnostics);
    let plan = plan(&project, &options, input.files, sources, diagnostics);
    Some((project, options, plan))
}

/// What is worth knowing of a plan once it is written down; the rest of it makes room.
fn summary(project: &Project, plan: Plan) -> Summary {
    Summary {
        services: project.services.len(),
        levels: plan.workloads.iter().map(|workload| (workload.name.clone(), standard::level(workload))).collect(),
        namespace: plan.namespace,
        builds: plan.builds,
        forwards: plan.forwards,
    }
}
