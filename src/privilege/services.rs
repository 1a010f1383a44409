//! Services by number: breadth is counted in services, and one service of two systems is two.

use std::collections::HashMap;

use super::ServiceAt;

/// Every (system, service) that any right names.
#[derive(Debug, Clone, Default)]
pub struct Services {
    names: Vec<(String, String)>,
    places: HashMap<(String, String), ServiceAt>,
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

    /// The system and the name of a service.
    pub fn name(&self, at: ServiceAt) -> (&str, &str) {
        self.names.get(at.0 as usize).map_or(("", ""), |(system, service)| (system, service))
    }
}
