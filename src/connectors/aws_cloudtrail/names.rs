//! From the names of events to the names of actions. Most are the same; what is not listed here and named otherwise
//! still tells that its service was used.

/// Parts of the codes of errors that say that a call was not allowed.
pub static DENIALS: &[&str] = &[
    "AccessDenied",
    "UnauthorizedOperation",
    "UnauthorizedAccess",
    "NotAuthorized",
    "AuthorizationError",
    "AuthFailure",
    "InvalidClientTokenId",
    "SignatureDoesNotMatch",
    "ExpiredToken",
    "Forbidden",
];

/// Services whose events come from another name than their actions have.
static SERVICES: &[(&str, &str)] = &[
    ("api.sagemaker", "sagemaker"),
    ("catalog.marketplace", "aws-marketplace"),
    ("email", "ses"),
    ("models.lex", "lex"),
    ("monitoring", "cloudwatch"),
    ("mturk-requester", "mechanicalturk"),
    ("pinpoint", "mobiletargeting"),
    ("runtime.lex", "lex"),
    ("runtime.sagemaker", "sagemaker"),
    ("streams.dynamodb", "dynamodb"),
    ("tagging", "tag"),
];

/// Events that are named otherwise than the action that allows them: service, event, action.
static ACTIONS: &[(&str, &str, &str)] = &[
    ("bedrock", "Converse", "InvokeModel"),
    ("bedrock", "ConverseStream", "InvokeModelWithResponseStream"),
    ("kms", "ReEncrypt", "ReEncryptFrom"),
    ("lambda", "Invoke", "InvokeFunction"),
    ("s3", "CompleteMultipartUpload", "PutObject"),
    ("s3", "CopyObject", "PutObject"),
    ("s3", "CreateMultipartUpload", "PutObject"),
    ("s3", "DeleteBucketCors", "PutBucketCORS"),
    ("s3", "DeleteBucketEncryption", "PutEncryptionConfiguration"),
    ("s3", "DeleteBucketLifecycle", "PutLifecycleConfiguration"),
    ("s3", "DeleteBucketReplication", "PutReplicationConfiguration"),
    ("s3", "DeleteBucketTagging", "PutBucketTagging"),
    ("s3", "DeleteObjects", "DeleteObject"),
    ("s3", "DeletePublicAccessBlock", "PutBucketPublicAccessBlock"),
    ("s3", "GetBucketAccelerateConfiguration", "GetAccelerateConfiguration"),
    ("s3", "GetBucketAnalyticsConfiguration", "GetAnalyticsConfiguration"),
    ("s3", "GetBucketEncryption", "GetEncryptionConfiguration"),
    ("s3", "GetBucketInventoryConfiguration", "GetInventoryConfiguration"),
    ("s3", "GetBucketLifecycle", "GetLifecycleConfiguration"),
    ("s3", "GetBucketLifecycleConfiguration", "GetLifecycleConfiguration"),
    ("s3", "GetBucketMetricsConfiguration", "GetMetricsConfiguration"),
    ("s3", "GetBucketNotificationConfiguration", "GetBucketNotification"),
    ("s3", "GetBucketReplication", "GetReplicationConfiguration"),
    ("s3", "GetObjectLockConfiguration", "GetBucketObjectLockConfiguration"),
    ("s3", "GetPublicAccessBlock", "GetBucketPublicAccessBlock"),
    ("s3", "HeadBucket", "ListBucket"),
    ("s3", "HeadObject", "GetObject"),
    ("s3", "ListBuckets", "ListAllMyBuckets"),
    ("s3", "ListMultipartUploads", "ListBucketMultipartUploads"),
    ("s3", "ListObjectVersions", "ListBucketVersions"),
    ("s3", "ListObjects", "ListBucket"),
    ("s3", "ListObjectsV2", "ListBucket"),
    ("s3", "ListParts", "ListMultipartUploadParts"),
    ("s3", "PutBucketAccelerateConfiguration", "PutAccelerateConfiguration"),
    ("s3", "PutBucketAnalyticsConfiguration", "PutAnalyticsConfiguration"),
    ("s3", "PutBucketEncryption", "PutEncryptionConfiguration"),
    ("s3", "PutBucketInventoryConfiguration", "PutInventoryConfiguration"),
    ("s3", "PutBucketLifecycle", "PutLifecycleConfiguration"),
    ("s3", "PutBucketLifecycleConfiguration", "PutLifecycleConfiguration"),
    ("s3", "PutBucketMetricsConfiguration", "PutMetricsConfiguration"),
    ("s3", "PutBucketNotificationConfiguration", "PutBucketNotification"),
    ("s3", "PutBucketReplication", "PutReplicationConfiguration"),
    ("s3", "PutObjectLockConfiguration", "PutBucketObjectLockConfiguration"),
    ("s3", "PutPublicAccessBlock", "PutBucketPublicAccessBlock"),
    ("s3", "SelectObjectContent", "GetObject"),
    ("s3", "UploadPart", "PutObject"),
    ("s3", "UploadPartCopy", "PutObject"),
    ("sns", "PublishBatch", "Publish"),
    ("sqs", "ChangeMessageVisibilityBatch", "ChangeMessageVisibility"),
    ("sqs", "DeleteMessageBatch", "DeleteMessage"),
    ("sqs", "SendMessageBatch", "SendMessage"),
];

/// Calls of API Gateway are allowed by the verb of the request.
static VERBS: &[(&str, &str)] = &[
    ("Create", "POST"),
    ("Delete", "DELETE"),
    ("Flush", "DELETE"),
    ("Generate", "POST"),
    ("Get", "GET"),
    ("Import", "POST"),
    ("Put", "PUT"),
    ("Tag", "PUT"),
    ("Untag", "DELETE"),
    ("Update", "PATCH"),
];

/// The service as actions name it, from the source of an event such as `monitoring.amazonaws.com`.
pub fn service(source: &str) -> String {
    let source = source.to_ascii_lowercase();
    let name = source.split(".amazonaws.com").next().unwrap_or_default();
    SERVICES.iter().find(|(from, _)| *from == name).map_or(name, |(_, to)| to).to_owned()
}

/// The action that allows an event.
pub fn action(service: &str, event: &str) -> String {
    let event = match service {
        "lambda" | "cloudfront" => undated(event),
        "apigateway" => {
            let verb = VERBS.iter().find(|(begin, _)| event.starts_with(begin));
            return verb.map_or(event, |(_, verb)| verb).to_owned();
        }
        _ => event,
    };
    let listed = ACTIONS.iter().find(|(of, from, _)| *of == service && *from == event);
    listed.map_or(event, |(_, _, to)| to).to_owned()
}

/// The name without the date of the interface: `ListFunctions20150331`, `UpdateFunctionCode20150331v2`,
/// `CreateDistribution2020_05_31`.
fn undated(event: &str) -> &str {
    let is_date = |rest: &str| rest.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'_' | b'v'));
    let digit = event.find(|letter: char| letter.is_ascii_digit());
    let dated = digit.map(|at| event.split_at(at)).filter(|(_, rest)| rest.len() >= 8 && is_date(rest));
    dated.map_or(event, |(name, _)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_are_named_as_the_actions_that_allow_them() {
        let cases = [
            ("s3.amazonaws.com", "ListBuckets", "s3", "ListAllMyBuckets"),
            ("s3.amazonaws.com", "PutObject", "s3", "PutObject"),
            ("monitoring.amazonaws.com", "PutMetricAlarm", "cloudwatch", "PutMetricAlarm"),
            ("EC2.amazonaws.com.cn", "RunInstances", "ec2", "RunInstances"),
            ("lambda.amazonaws.com", "ListFunctions20150331", "lambda", "ListFunctions"),
            ("lambda.amazonaws.com", "UpdateFunctionCode20150331v2", "lambda", "UpdateFunctionCode"),
            ("lambda.amazonaws.com", "Invoke", "lambda", "InvokeFunction"),
            ("cloudfront.amazonaws.com", "CreateDistribution2020_05_31", "cloudfront", "CreateDistribution"),
            ("apigateway.amazonaws.com", "CreateRestApi", "apigateway", "POST"),
            ("iam.amazonaws.com", "GetUser", "iam", "GetUser"),
        ];
        for (source, event, named, expected) in cases {
            let service = service(source);
            assert_eq!((service.as_str(), action(&service, event).as_str()), (named, expected));
        }
    }

    #[test]
    fn tables_are_sorted_so_that_nothing_stands_twice() {
        assert!(SERVICES.is_sorted() && VERBS.is_sorted());
        assert!(ACTIONS.iter().is_sorted_by(|a, b| (a.0, a.1) < (b.0, b.1)));
    }
}
