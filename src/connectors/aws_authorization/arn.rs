//! The parts of Amazon Resource Names that tell who something belongs to.

use crate::model::SourceId;

/// The owner that stands in the ARNs of policies that AWS itself keeps.
const AWS: &str = "aws";

/// The account in an ARN, as the system that the scope file would declare.
pub fn system(arn: &str) -> Option<SourceId> {
    account(arn).map(|account| SourceId::new(format!("aws:{account}")))
}

/// The name of a pull that tells only a part about a system, such as one log file of many: files of other names
/// stand beside it, and only one of the same name takes its place.
pub fn part(system: &SourceId, file: &str) -> SourceId {
    SourceId::new(format!("{system}/{file}"))
}

/// The account in an ARN, when it is a number.
pub fn account(arn: &str) -> Option<&str> {
    owner(arn).filter(|owner| !owner.is_empty() && owner.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Whether AWS itself keeps a policy, the same in every account.
pub fn is_kept_by_aws(arn: &str) -> bool {
    owner(arn) == Some(AWS)
}

/// Whether a policy is the one that AWS keeps for full administrators, known without its document.
pub fn is_administrator_access(arn: &str) -> bool {
    is_kept_by_aws(arn) && arn.ends_with(":policy/AdministratorAccess")
}

/// The account and the role's name of a session, such as `arn:aws:sts::1:assumed-role/NAME/SESSION`.
pub fn session_role(arn: &str) -> Option<(&str, &str)> {
    let (_, rest) = arn.split_once(":assumed-role/")?;
    Some((account(arn)?, rest.split('/').next()?))
}

/// The last part of an ARN, which is the thing's name.
pub fn name(arn: &str) -> &str {
    arn.rsplit('/').next().unwrap_or(arn)
}

fn owner(arn: &str) -> Option<&str> {
    arn.strip_prefix("arn:")?.split(':').nth(3)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_owner_is_read_from_its_place() {
        assert_eq!(system("arn:aws:iam::111122223333:user/a").unwrap().as_str(), "aws:111122223333");
        assert_eq!(system("arn:aws-cn:iam::111122223333:root").unwrap().as_str(), "aws:111122223333");
        assert_eq!(system("arn:aws:iam::aws:policy/AdministratorAccess"), None);
        assert_eq!(system("AIDAX"), None);
        assert!(is_administrator_access("arn:aws-us-gov:iam::aws:policy/AdministratorAccess"));
        assert!(!is_administrator_access("arn:aws:iam::1:policy/AdministratorAccess"));
        assert_eq!(session_role("arn:aws:sts::1:assumed-role/ops/anna"), Some(("1", "ops")));
        assert_eq!(session_role("arn:aws:iam::1:role/ops"), None);
        assert_eq!(name("arn:aws:iam::1:policy/a/b"), "b");
    }
}
