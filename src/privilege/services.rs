//! Services by number: breadth is counted in services, and one service of two systems is two.

use std::collections::HashMap;

use super::ServiceAt;

/// Every (system, service) that any right names.
#[derive(Debug, Clone, Default)]
pub struct Services {
    names: Vec<(String, String)>,
    places: HashMap<(String, String), ServiceAt>,
}

/// What stands above a service.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Line {
    /// The nearest first.
    pub above: Vec<ServiceAt>,
    /// The service that stands for the whole system, unless it is that itself.
    pub whole: Option<ServiceAt>,
}

impl Services {
    /// The number of a service; a new one when it was not seen before.
    pub fn number(&mut self, system: &str, service: &str) -> ServiceAt {
        let key = (system.to_owned(), service.to_owned());
        if let Some(place) = self.places.get(&key) {
            return *place;
        }
        let place = ServiceAt(u32::try_from(self.names.len()).unwrap_or(u32::MAX));
        self.names.push(key.clone());
        self.places.insert(key, place);
        place
    }

    /// For every service, those that stand above it: `drive` above `drive.file`, and the service that bears the name
    /// of its whole system.
    pub fn lines(&self) -> Vec<Line> {
        let line = |(system, service): &(String, String)| {
            let mut above = Vec::new();
            let mut name = service.as_str();
            while let Some(cut) = name.rfind(['.', '/', ':']).filter(|_| service != system) {
                name = name.get(..cut).unwrap_or_default();
                above.extend(self.places.get(&(system.clone(), name.to_owned())));
            }
            let whole = self.places.get(&(system.clone(), system.clone())).copied();
            Line { above, whole: whole.filter(|_| service != system) }
        };
        self.names.iter().map(line).collect()
    }

    /// The system and the name of a service.
    pub fn name(&self, at: ServiceAt) -> (&str, &str) {
        self.names.get(at.0 as usize).map_or(("", ""), |(system, service)| (system, service))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn services_stand_below_those_whose_names_begin_theirs_and_below_their_system() {
        let mut services = Services::default();
        let mut number = |system: &str, service: &str| services.number(system, service);
        let [file, drive, files] = ["drive.file.one", "drive", "drives"].map(|name| number("google", name));
        let [whole, elsewhere] = [number("google", "google"), number("okta:x", "drive.file")];
        let itself = number("okta:x", "okta:x");
        let lines = services.lines();
        let of = |at: ServiceAt| lines.get(at.0 as usize).cloned().unwrap();
        assert_eq!(of(file), Line { above: vec![drive], whole: Some(whole) });
        assert_eq!(of(drive), Line { above: vec![], whole: Some(whole) });
        assert_eq!(of(files), Line { above: vec![], whole: Some(whole) });
        assert_eq!(of(whole), Line::default());
        assert_eq!(of(elsewhere), Line { above: vec![], whole: Some(itself) });
        assert_eq!(of(itself), Line::default());
    }
}
