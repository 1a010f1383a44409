//! Which actions a log of management calls shows, so that not being in it means something. Everything else stays
//! unknown: data events, calls that are named otherwise in the log, permissions that are no calls.

/// A service whose calls all stand in the log under the names of their actions.
#[derive(Debug)]
pub struct Recorded {
    service: &'static str,
    /// Permissions of the service that are not calls of their own, or calls that trails may leave out.
    except: &'static [&'static str],
}

/// Services whose documentation says that every call is logged as a management event. KMS is missing because
/// trails may leave its events out.
static SERVICES: &[Recorded] = &[
    Recorded { service: "acm", except: &[] },
    Recorded { service: "autoscaling", except: &[] },
    Recorded { service: "cloudformation", except: &[] },
    Recorded { service: "cloudtrail", except: &[] },
    Recorded { service: "config", except: &[] },
    Recorded {
        service: "ec2",
        except: &["InjectApiError", "PauseVolumeIO", "SendSpotInstanceInterruptions"],
    },
    Recorded { service: "ecr", except: &["ReplicateImage"] },
    Recorded { service: "ecs", except: &["Poll", "StartTelemetrySession"] },
    Recorded { service: "guardduty", except: &[] },
    Recorded { service: "iam", except: &["PassRole"] },
    Recorded { service: "organizations", except: &[] },
    Recorded { service: "secretsmanager", except: &[] },
    Recorded { service: "sts", except: &["SetContext", "SetSourceIdentity", "TagSession"] },
];

/// Actions that are checked inside other calls: no log and no advisor ever shows their use.
static UNTRACKED: &[(&str, &str)] = &[
    ("codeconnections", "PassConnection"),
    ("codestar-connections", "PassConnection"),
    ("iam", "PassRole"),
    ("sts", "SetContext"),
    ("sts", "SetSourceIdentity"),
    ("sts", "TagSession"),
];

/// The service, when the log shows its calls.
pub fn of(service: &str) -> Option<&'static Recorded> {
    SERVICES.iter().find(|known| known.service == service)
}

impl Recorded {
    /// Whether a call of the action would stand in the log.
    pub fn shows(&self, action: &str) -> bool {
        !self.except.iter().any(|except| except.eq_ignore_ascii_case(action))
    }
}

/// Whether no source ever shows the use of an action.
pub fn is_untracked(service: &str, action: &str) -> bool {
    UNTRACKED.iter().any(|(of, name)| *of == service && name.eq_ignore_ascii_case(action))
}
