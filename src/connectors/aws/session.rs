//! Asking AWS's services: where each lies, and how its questions are put.

use std::sync::Arc;

use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::super::http::{self, ADDRESS, Ask, Auth, Body, Fault, Http, Verb};
use super::super::{ConnectorError, Settings};
use super::keys::{Keys, Ring};
use super::{words, xml};

/// A service, and where it lies.
pub struct Api {
    /// The name under which questions are signed, and which stands on receipts.
    pub name: &'static str,
    /// How its host begins.
    host: &'static str,
    /// The version of its questions, for the older services.
    version: &'static str,
    is_global: bool,
}

/// Users, groups, roles and policies.
pub static IAM: Api = Api { name: "iam", host: "iam", version: "2010-05-08", is_global: true };
/// Who asks, and keys for other accounts.
pub static STS: Api = Api { name: "sts", host: "sts", version: "2011-06-15", is_global: false };
/// The accounts of an organisation.
pub static ORGANIZATIONS: Api =
    Api { name: "organizations", host: "organizations", version: "", is_global: true };
/// Agents of Bedrock.
pub static BEDROCK: Api = Api { name: "bedrock", host: "bedrock-agent", version: "", is_global: false };
/// Agents of Bedrock `AgentCore`.
pub static AGENTCORE: Api =
    Api { name: "bedrock-agentcore", host: "bedrock-agentcore-control", version: "", is_global: false };

/// A part of AWS with accounts of its own.
struct Partition {
    /// How its regions begin.
    regions: &'static str,
    id: &'static str,
    domain: &'static str,
    /// The region in which services lie that have only one.
    global: &'static str,
    iam: &'static str,
}

/// Every partition; the last one is where all other regions belong.
static PARTITIONS: &[Partition] = &[
    Partition {
        regions: "cn-",
        id: "aws-cn",
        domain: "amazonaws.com.cn",
        global: "cn-north-1",
        iam: "iam.cn-north-1.amazonaws.com.cn",
    },
    Partition {
        regions: "us-gov-",
        id: "aws-us-gov",
        domain: "amazonaws.com",
        global: "us-gov-west-1",
        iam: "iam.us-gov.amazonaws.com",
    },
    DEFAULT,
];
const DEFAULT: Partition = Partition {
    regions: "",
    id: "aws",
    domain: "amazonaws.com",
    global: "us-east-1",
    iam: "iam.amazonaws.com",
};

/// A way into one account.
pub struct Session {
    http: Http,
    keys: Ring,
    /// The address that stands for all services, where one is set.
    own: Option<String>,
    region: String,
}

/// One service of one region, asked with the keys of one account.
pub struct Caller {
    http: Http,
    service: &'static Api,
}

impl Session {
    /// The way into the account of the settings' keys.
    pub fn open(settings: &Settings, region: &str) -> Result<Self, ConnectorError> {
        let keys = Ring::new(Keys::read(settings)?);
        let own = settings.value(ADDRESS).map(str::to_owned);
        let mut settings = settings.clone();
        let (address, _) = place(&STS, region, own.as_deref());
        settings.values.insert(ADDRESS, address);
        let http = Http::open(&settings, Auth::Nobody, "*/*")?.judged(words::judge);
        Ok(Self { http, keys, own, region: region.to_owned() })
    }

    /// The same system with the keys of another account.
    pub fn with(&self, keys: Keys) -> Result<Self, ConnectorError> {
        let http = self.http.beside(&self.address(&STS, &self.region).0, Auth::Nobody)?;
        Ok(Self { http, keys: Ring::new(keys), own: self.own.clone(), region: self.region.clone() })
    }

    /// Puts new keys of the same account in the place of those that will end.
    pub fn renew(&self, keys: Keys) {
        self.keys.put(keys);
    }

    /// A service in the session's own region.
    pub fn service(&self, service: &'static Api) -> Result<Caller, ConnectorError> {
        let region = self.region.clone();
        self.service_in(service, &region)
    }

    /// A service in a region.
    pub fn service_in(&self, service: &'static Api, region: &str) -> Result<Caller, ConnectorError> {
        let (address, region) = self.address(service, region);
        let auth = Auth::Signed(Arc::new(self.keys.signer(service.name, &region)));
        Ok(Caller { http: self.http.beside(&address, auth)?, service })
    }

    /// What counts the questions and names the address.
    pub fn http(&self) -> &Http {
        &self.http
    }

    fn address(&self, service: &Api, region: &str) -> (String, String) {
        place(service, region, self.own.as_deref())
    }
}

/// The name of the part of AWS in which a region lies, as it stands in ARNs.
pub fn partition(region: &str) -> &'static str {
    part(region).id
}

fn part(region: &str) -> &'static Partition {
    PARTITIONS.iter().find(|part| region.starts_with(part.regions)).unwrap_or(&DEFAULT)
}

/// Where a service lies, and the region for which its questions are signed.
fn place(service: &Api, region: &str, own: Option<&str>) -> (String, String) {
    let part = part(region);
    let region = if service.is_global { part.global } else { region };
    let address = match own {
        Some(own) => own.to_owned(),
        None if service.name == IAM.name => format!("https://{}", part.iam),
        None => format!("https://{}.{region}.{}", service.host, part.domain),
    };
    (address, region.to_owned())
}

impl Caller {
    /// Asks a service of the older kind; the answer is what its tools write as JSON.
    pub async fn query(&self, action: &str, values: &[(&str, &str)]) -> Result<Value, Fault> {
        let fixed = [("Action", action), ("Version", self.service.version)];
        let pairs: Vec<_> = fixed.iter().chain(values).copied().collect();
        let what = self.what(action);
        let ask = Ask { what: &what, url: self.http.at("", &[]), verb: Verb::Post(Body::form(&pairs)) };
        Ok(self.http.ask(&ask, xml::read).await?.body)
    }

    /// Asks a service that takes the name of the question in a header.
    pub async fn target<T: DeserializeOwned>(
        &self,
        prefix: &str,
        action: &str,
        values: &Value,
    ) -> Result<T, Fault> {
        let headers = vec![("x-amz-target", format!("{prefix}.{action}"))];
        let body = Body { kind: "application/x-amz-json-1.1", headers, text: values.to_string() };
        let what = self.what(action);
        let ask = Ask { what: &what, url: self.http.at("", &[]), verb: Verb::Post(body) };
        Ok(self.http.ask(&ask, http::json).await?.body)
    }

    /// Asks for one thing by its path.
    pub async fn get<T: DeserializeOwned>(
        &self,
        action: &str,
        path: &str,
        query: &[(&str, &str)],
    ) -> Result<T, Fault> {
        Ok(self.http.get(&self.what(action), self.http.at(path, query)).await?.body)
    }

    /// Asks for a list that takes a POST.
    pub async fn post<T: DeserializeOwned>(
        &self,
        action: &str,
        (path, query): (&str, &[(&str, &str)]),
        values: Option<&Value>,
    ) -> Result<T, Fault> {
        let body = Body::json(values.unwrap_or(&json!({})));
        let what = self.what(action);
        let ask = Ask { what: &what, url: self.http.at(path, query), verb: Verb::Post(body) };
        Ok(self.http.ask(&ask, http::json).await?.body)
    }

    /// Counts objects that an answer held.
    pub fn counted(&self, action: &str, rows: usize) {
        self.http.counted(&self.what(action), rows);
    }

    /// What errors are told with.
    pub fn http(&self) -> &Http {
        &self.http
    }

    /// The name of a question as policies name it.
    fn what(&self, action: &str) -> String {
        format!("{}:{action}", self.service.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn services_lie_where_aws_has_them() {
        let at = |service, region| place(service, region, None);
        for (service, region, address, signed) in [
            (&IAM, "eu-west-1", "https://iam.amazonaws.com", "us-east-1"),
            (&STS, "eu-west-1", "https://sts.eu-west-1.amazonaws.com", "eu-west-1"),
            (&ORGANIZATIONS, "eu-west-1", "https://organizations.us-east-1.amazonaws.com", "us-east-1"),
            (&BEDROCK, "eu-west-1", "https://bedrock-agent.eu-west-1.amazonaws.com", "eu-west-1"),
            (
                &AGENTCORE,
                "us-west-2",
                "https://bedrock-agentcore-control.us-west-2.amazonaws.com",
                "us-west-2",
            ),
            (&IAM, "us-gov-east-1", "https://iam.us-gov.amazonaws.com", "us-gov-west-1"),
            (&STS, "cn-north-1", "https://sts.cn-north-1.amazonaws.com.cn", "cn-north-1"),
        ] {
            assert_eq!(at(service, region), (address.to_owned(), signed.to_owned()));
        }
        let own = place(&IAM, "eu-west-1", Some("http://127.0.0.1:5555"));
        assert_eq!(own, ("http://127.0.0.1:5555".to_owned(), "us-east-1".to_owned()));
    }
}
