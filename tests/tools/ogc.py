"""Asks the features of a running register with OWSLib, which is not ours.

    python tests/tools/ogc.py ADDRESS
"""

import sys

from owslib.ogcapi.features import Features


def main(address):
    service = Features(f"{address}/ogc")
    conforms = service.conformance()["conformsTo"]
    assert any(one.endswith("ogcapi-features-1/1.0/conf/core") for one in conforms), conforms
    ids = service.feature_collections()
    assert sorted(ids) == ["incidents", "incidents_by_place"], ids
    assert "country" in service.collection_queryables("incidents")["properties"]

    everything = service.collection_items("incidents", limit=1000)
    total = everything["numberMatched"]
    assert total == everything["numberReturned"] == len(everything["features"]), total
    numbers = {feature["id"] for feature in everything["features"]}

    # Page by page it is the same, by the links alone.
    paged, page = [], service.collection_items("incidents", limit=40)
    while True:
        paged += [feature["id"] for feature in page["features"]]
        following = [link["href"] for link in page["links"] if link["rel"] == "next"]
        if not following:
            break
        after = following[0].split("after=")[1].split("&")[0]
        page = service.collection_items("incidents", limit=40, after=after)
    assert len(paged) == len(set(paged)) == total and set(paged) == numbers

    by_place = service.collection_items("incidents_by_place", limit=1000)["features"]
    assert {feature["id"] for feature in by_place} == numbers
    assert all(feature["geometry"]["type"] == "Point" for feature in by_place)

    # By box and time: as many as by hand.
    west, south, east, north = box = [20, 30, 60, 50]
    def inside(feature):
        longitude, latitude = feature["geometry"]["coordinates"]
        return west <= longitude <= east and south <= latitude <= north
    found = service.collection_items("incidents_by_place", bbox=box, limit=1000)["features"]
    expected = {feature["id"] for feature in by_place if inside(feature)}
    assert {feature["id"] for feature in found} == expected and expected, len(expected)
    honest = [feature for feature in everything["features"] if feature["geometry"]]
    found = service.collection_items("incidents", bbox=box, limit=1000)["features"]
    assert {feature["id"] for feature in found} == {one["id"] for one in honest if inside(one)}

    found = service.collection_items("incidents", datetime_="2020-01-01/2020-12-31", limit=1000)["features"]
    days = [feature["properties"] for feature in found]
    assert days and all(day["occurred_end"] >= "2020" and day["occurred_start"] < "2021" for day in days)
    one = service.collection_item("incidents", found[0]["id"])
    assert one["properties"]["number"] == found[0]["id"]
    print(f"OWSLib: {total} features, {len(expected)} in the box, {len(found)} in 2020")


if __name__ == "__main__":
    main(sys.argv[1].rstrip("/"))
