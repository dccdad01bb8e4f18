//! Points on the map, as `GeoJSON` writes them.

use super::cursor::Object;
use super::shape::Shape;

const GEOMETRY: Shape<'_> = Shape {
    what: "a GeoJSON point",
    members: &["type", "coordinates"],
    extras: &[],
    ignored: &[],
    read_only: &[],
};

/// Longitude and latitude.
pub(super) fn location(object: &Object<'_>) -> Option<(f64, f64)> {
    let geometry = object.get("location")?.shaped(&GEOMETRY)?;
    let kind = geometry.get("type").and_then(|node| node.str());
    let kind = geometry.require("type", kind, "a location is a GeoJSON point: its type is Point");
    if let (Some(node), Some(kind)) = (geometry.get("type"), kind)
        && kind != "Point"
    {
        node.error("a location is a GeoJSON point: its type is Point");
        return None;
    }
    let node = geometry.get("coordinates");
    geometry.require("coordinates", node, "a point has coordinates, [longitude, latitude]");
    let node = node?;
    let Some(coordinates) = node.value.as_array() else {
        node.expected("a list [longitude, latitude]");
        return None;
    };
    if !(2..=3).contains(&coordinates.len()) {
        node.error("a point has two coordinates, [longitude, latitude]");
        return None;
    }
    let numbers = node.items(3, |node| {
        let number = node.value.as_f64().filter(|number| number.is_finite());
        if number.is_none() {
            node.expected("a number");
        }
        number
    });
    if numbers.len() == 3 {
        node.warning("the altitude is not kept");
    }
    kind?;
    (numbers.len() == coordinates.len()).then(|| (numbers[0], numbers[1]))
}
