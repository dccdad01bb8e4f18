//! What is asked of incidents: the questions of API.md §4 as conditions.

use amparo_domain::access::Audience;
use amparo_domain::country::{self, Country, CountryCode};
use amparo_domain::election::Phase;
use amparo_domain::filter::{
    BoundingBox, Choice, CustodyWanted, DateMatch, IncidentFilter, Near, RegionWanted, end_of,
};
use amparo_domain::kind::Kind;
use amparo_domain::number::Number;
use amparo_domain::period::{Duration, Period};
use amparo_domain::reference::Relation;
use amparo_domain::vocabulary::{ActorType, Grade, IncidentType, State};
use chrono::NaiveDate;
use sea_orm::ConnectionTrait as _;
use sea_orm::sea_query::{
    Alias, Condition, Expr, ExprTrait as _, Query, SelectStatement, SimpleExpr, UnionType,
};

use crate::Store;
use crate::among::{Purpose, Ways};
use crate::card;
use crate::cards::Cards;
use crate::entity::{custody_span, incident_term, known_custody, merge, record, reference};
use crate::error::StoreError;
use crate::paging::{self, Span, chosen, ids, refers_to};
use crate::records::{literal, visible_to};

impl Store {
    /// The condition that an audience and a filter make on cards, each called `record`.
    pub(crate) async fn condition_on(
        &self,
        cards: Cards,
        audience: &Audience,
        filter: &IncidentFilter,
        purpose: Purpose,
    ) -> Result<Condition, StoreError> {
        let IncidentFilter {
            words,
            country,
            region,
            incident_type,
            grade,
            state,
            custody,
            person,
            organization,
            member_of,
            actor,
            election,
            before_election,
            after_election,
            phase,
            case,
            network,
            period,
            date_match,
            bbox,
            near,
            changed_since,
            severity,
            cited_in,
            as_of,
            known_on,
            subtype,
            held_on,
        } = filter;
        let seen_on = filter.seen_on(self.clock.today());
        // What was published once is asked by everybody as by the public.
        let audience = if as_of.is_some() { &Audience::Public } else { audience };
        let mut all = Condition::all()
            .add(column(record::Column::Kind).eq(literal(Kind::Incident.singular())))
            .add(visible_to(audience))
            .add(in_state(audience, state))
            .add(chosen(record::Column::Country, country, CountryCode::alpha3))
            .add(self.in_region(region).await?)
            .add(self.has_term(purpose, "type", incident_type, |t: &IncidentType| t.code()).await?)
            .add(self.has_term(purpose, "subtype", subtype, |code| code).await?)
            .add(chosen(record::Column::Grade, grade, Grade::code))
            .add(in_custody(custody, seen_on, *known_on))
            .add(refers_to(person, &[Relation::Person]))
            .add(refers_to(organization, &[Relation::Organization]))
            .add(in_network(member_of))
            .add(self.has_term(purpose, "actor", actor, |a: &ActorType| a.code()).await?)
            .add(self.about_election(cards, purpose, election).await?)
            .add(self.in_phase(cards, purpose, phase).await?)
            .add(refers_to(case, &[Relation::Case]))
            .add(cited(cards, cited_in, *as_of))
            .add(self.owned_by(cards, purpose, network).await?);
        if let Some(words) = words {
            all = all.add(self.among_words_and_names(audience, cards, purpose, words).await?);
        }
        if let Some(period) = period {
            all = all.add(self.dated(cards, *period, *date_match).await?);
        }
        if before_election.is_some() || after_election.is_some() {
            let window = (*before_election, *after_election);
            all = all.add(self.around_election(cards, election, window).await?);
        }
        if let Some(bbox) = bbox {
            all = all.add(self.among(purpose, Ways::own(cards, |of| within_box(*bbox, of))).await?);
        }
        if let Some(near) = near {
            all = all
                .add(self.among(purpose, Ways::own(cards, |of| within_circle(*near, of))).await?);
        }
        if let Some(since) = changed_since {
            let ways = Ways::own(cards, |of| {
                let incidents = of(record::Column::Kind).eq(literal(Kind::Incident.singular()));
                incidents.and(of(record::Column::ChangedAt).gte(*since))
            });
            all = all.add(self.among(purpose, ways).await?);
        }
        if let Some(day) = as_of {
            all = all.add(self.shown_by(cards, purpose, *day).await?);
        }
        if let Some(day) = known_on {
            let ways = Ways::own(cards, |of| of(record::Column::KnownFrom).lte(*day));
            all = all.add(self.among(purpose, ways).await?);
        }
        if let Some(day) = held_on {
            all = all.add(held(*day, *known_on));
        }
        Ok(all.add(of_severity(severity)))
    }

    async fn has_term<T>(
        &self,
        purpose: Purpose,
        list: &'static str,
        choice: &Choice<T>,
        code: impl Fn(&T) -> &'static str,
    ) -> Result<Condition, StoreError> {
        let ways = |terms: &[T]| {
            let mut having = Query::select();
            having
                .from(incident_term::Entity)
                .and_where(Expr::col((incident_term::Entity, incident_term::Column::List)).eq(list))
                .and_where(
                    Expr::col((incident_term::Entity, incident_term::Column::Code))
                        .is_in(terms.iter().map(&code)),
                );
            let incident = (incident_term::Entity, incident_term::Column::Incident);
            Ways::by(having, Expr::col(incident))
        };
        let mut all = Condition::all();
        if !choice.any.is_empty() {
            all = all.add(self.among(purpose, ways(&choice.any)).await?);
        }
        if !choice.none.is_empty() {
            all = all.add(ways(&choice.none).asked.not());
        }
        Ok(all)
    }

    async fn about_election(
        &self,
        cards: Cards,
        purpose: Purpose,
        choice: &Choice<Number>,
    ) -> Result<Condition, StoreError> {
        let about = || column(record::Column::Election);
        let mut all = Condition::all();
        if !choice.any.is_empty() {
            let ways = Ways::own(cards, |of| of(record::Column::Election).is_in(ids(&choice.any)));
            all = all.add(self.among(purpose, ways).await?);
        }
        if !choice.none.is_empty() {
            all = all.add(about().is_not_in(ids(&choice.none)).or(about().is_null()));
        }
        Ok(all)
    }

    async fn in_phase(
        &self,
        cards: Cards,
        purpose: Purpose,
        choice: &Choice<Phase>,
    ) -> Result<Condition, StoreError> {
        let mut all = Condition::all();
        if !choice.any.is_empty() {
            let codes = || choice.any.iter().map(|phase| phase.code());
            let ways = Ways::own(cards, |of| of(record::Column::Phase).is_in(codes()));
            all = all.add(self.among(purpose, ways).await?);
        }
        let none = Choice { any: Vec::new(), none: choice.none.clone() };
        Ok(all.add(chosen(record::Column::Phase, &none, Phase::code)))
    }

    async fn owned_by(
        &self,
        cards: Cards,
        purpose: Purpose,
        network: &Choice<String>,
    ) -> Result<Condition, StoreError> {
        let mut all = Condition::all();
        if !network.any.is_empty() {
            let ways = Ways::own(cards, |of| {
                let incidents = of(record::Column::Kind).eq(literal(Kind::Incident.singular()));
                incidents.and(of(record::Column::Network).is_in(network.any.clone()))
            });
            all = all.add(self.among(purpose, ways).await?);
        }
        if !network.none.is_empty() {
            all = all.add(column(record::Column::Network).is_not_in(network.none.clone()));
        }
        Ok(all)
    }

    async fn dated(
        &self,
        cards: Cards,
        period: Period,
        date_match: DateMatch,
    ) -> Result<Condition, StoreError> {
        use record::Column::{PossibleFrom, PossibleTo, SortOn};
        let reader = self.connections.reader();
        let mut all = Condition::all();
        match date_match {
            DateMatch::Overlap => {
                return Ok(paging::overlaps_on(reader, cards, period, Span::Certain).await?);
            }
            DateMatch::Possible => {
                return Ok(paging::overlaps_on(reader, cards, period, Span::Possible).await?);
            }
            DateMatch::Within => {
                if let Some(first) = period.from {
                    all = all.add(column(PossibleFrom).gte(first)).add(column(SortOn).gte(first));
                }
                if let Some(last) = period.to {
                    all = all.add(column(PossibleTo).lte(last)).add(column(SortOn).lte(last));
                }
            }
        }
        Ok(all)
    }

    async fn in_region(&self, region: &Choice<RegionWanted>) -> Result<Condition, StoreError> {
        let mut all = Condition::all();
        if !region.any.is_empty() {
            let countries = self.countries_of(&region.any).await?;
            all = all.add(column(record::Column::Country).is_in(countries));
        }
        if !region.none.is_empty() {
            let countries = self.countries_of(&region.none).await?;
            all = all.add(column(record::Column::Country).is_not_in(countries));
        }
        Ok(all)
    }

    pub(crate) async fn countries_of(
        &self,
        regions: &[RegionWanted],
    ) -> Result<Vec<String>, StoreError> {
        let mut countries = Vec::new();
        for region in regions {
            match region {
                RegionWanted::Countries(codes) => {
                    countries.extend(codes.iter().map(ToString::to_string));
                }
                RegionWanted::MembersOf(network) => {
                    let mut select = Query::select();
                    select
                        .distinct()
                        .column((record::Entity, record::Column::Country))
                        .from(record::Entity)
                        .and_where(column(record::Column::Public).eq(1))
                        .and_where(column(record::Column::Country).is_not_null())
                        .and_where(
                            column(record::Column::Number)
                                .in_subquery(members_of(std::slice::from_ref(network))),
                        );
                    for row in self.connections.reader().query_all(&select).await? {
                        countries.push(row.try_get_by_index(0)?);
                    }
                }
            }
        }
        Ok(countries)
    }

    /// A window around the date of each of the elections asked for, for what is about that one.
    async fn around_election(
        &self,
        cards: Cards,
        election: &Choice<Number>,
        (before, after): (Option<Duration>, Option<Duration>),
    ) -> Result<Condition, StoreError> {
        let mut select = Query::select();
        select
            .column((record::Entity, record::Column::PossibleFrom))
            .column((record::Entity, record::Column::PossibleTo))
            .column((record::Entity, record::Column::Number))
            .from(record::Entity)
            .and_where(column(record::Column::Kind).eq(Kind::Election.singular()))
            .and_where(column(record::Column::Number).is_in(ids(&election.any)));
        let mut any = Condition::any().add(Expr::cust("1 = 0"));
        for row in self.connections.reader().query_all(&select).await? {
            let (first, last): (NaiveDate, NaiveDate) =
                (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
            let period = Period {
                from: before.map_or(Some(first), |duration| duration.before(first)),
                to: after.map_or(Some(last), |duration| duration.after(last)),
            };
            let about: i64 = row.try_get_by_index(2)?;
            let dated = self.dated(cards, period, DateMatch::Overlap).await?;
            any = any.add(dated.add(column(record::Column::Election).eq(about)));
        }
        Ok(any)
    }
}

fn column(column: record::Column) -> SimpleExpr {
    Expr::col((record::Entity, column))
}

fn in_state(audience: &Audience, state: &Choice<State>) -> Condition {
    if !audience.is_member() {
        // Of incidents the public sees the published ones, and of no other state there are any.
        let none = !state.any.is_empty() && !state.any.contains(&State::Published);
        let nothing = none || state.none.contains(&State::Published);
        return Condition::all().add_option(nothing.then(|| Expr::cust("1 = 0")));
    }
    if state.is_empty() {
        let published = literal(State::Published.code());
        return Condition::all().add(column(record::Column::State).eq(published));
    }
    chosen(record::Column::State, state, State::code)
}

/// Incidents in which somebody is in one of these custody states on a day, and nobody in those, by all that
/// is known or by what was known on a day.
fn in_custody(
    choice: &Choice<CustodyWanted>,
    on: NaiveDate,
    known_on: Option<NaiveDate>,
) -> Condition {
    let code = |wanted: &CustodyWanted| match wanted {
        CustodyWanted::Held => card::HELD,
        CustodyWanted::Status(status) => status.code(),
    };
    let of_span = |column| Expr::col((custody_span::Entity, column));
    let of_known = |column| Expr::col((known_custody::Entity, column));
    let known = |wanted: &[CustodyWanted], day: NaiveDate| {
        Query::select()
            .column((known_custody::Entity, known_custody::Column::Incident))
            .from(known_custody::Entity)
            .and_where(of_known(known_custody::Column::Code).is_in(wanted.iter().map(code)))
            .and_where(of_known(known_custody::Column::FromDay).lte(on))
            .and_where(of_known(known_custody::Column::UntilDay).gt(on))
            .and_where(of_known(known_custody::Column::KnownFrom).lte(day))
            .and_where(of_known(known_custody::Column::KnownUntil).gt(day))
            .to_owned()
    };
    let being = |wanted: &[CustodyWanted]| match known_on {
        Some(day) => known(wanted, day),
        None => Query::select()
            .column((custody_span::Entity, custody_span::Column::Incident))
            .from(custody_span::Entity)
            .and_where(of_span(custody_span::Column::Code).is_in(wanted.iter().map(code)))
            .and_where(of_span(custody_span::Column::FromDay).lte(on))
            .and_where(of_span(custody_span::Column::UntilDay).gt(on))
            .to_owned(),
    };
    let mut all = Condition::all();
    if !choice.any.is_empty() {
        all = all.add(column(record::Column::Number).in_subquery(being(&choice.any)));
    }
    if !choice.none.is_empty() {
        all = all.add(column(record::Column::Number).not_in_subquery(being(&choice.none)));
    }
    all
}

/// Incidents that one of these statements cites, and none of those; by the number they have now or had
/// before they were merged.
fn cited(cards: Cards, choice: &Choice<Number>, as_of: Option<NaiveDate>) -> Condition {
    let cites = |statements: &[Number]| {
        let of = |column| Expr::col((reference::Entity, column));
        let mut select = Query::select();
        select
            .column((reference::Entity, reference::Column::ToNumber))
            .from(reference::Entity)
            .and_where(of(reference::Column::FromNumber).is_in(ids(statements)))
            .and_where(of(reference::Column::Relation).eq(Relation::Cites.code()));
        select
    };
    let citing = |statements: &[Number]| {
        let mut merged = Query::select();
        merged
            .column((merge::Entity, merge::Column::Survivor))
            .from(merge::Entity)
            .and_where(Expr::col((merge::Entity, merge::Column::UnmergedAt)).is_null())
            .and_where(
                Expr::col((merge::Entity, merge::Column::Loser)).in_subquery(cites(statements)),
            );
        if let Some(day) = as_of {
            let at = Expr::col((merge::Entity, merge::Column::MergedAt));
            merged.and_where(at.lt(end_of(day)));
        }
        let mut all = cites(statements);
        all.union(UnionType::All, merged);
        all
    };
    let mut all = Condition::all();
    if !choice.any.is_empty() {
        all = all.add(cards.number().in_subquery(citing(&choice.any)));
    }
    if !choice.none.is_empty() {
        all = all.add(cards.number().not_in_subquery(citing(&choice.none)));
    }
    all
}

/// Incidents in which somebody is held on a day.
fn held(on: NaiveDate, known_on: Option<NaiveDate>) -> Condition {
    in_custody(&Choice { any: vec![CustodyWanted::Held], none: Vec::new() }, on, known_on)
}

/// The organizations that are members of one of these networks.
fn members_of(networks: &[Number]) -> SelectStatement {
    let membership = Alias::new("membership");
    Query::select()
        .column((membership.clone(), reference::Column::FromNumber))
        .from_as(reference::Entity, membership.clone())
        .and_where(
            Expr::col((membership.clone(), reference::Column::Relation))
                .eq(Relation::Membership.code()),
        )
        .and_where(Expr::col((membership, reference::Column::ToNumber)).is_in(ids(networks)))
        .to_owned()
}

/// Incidents in which an organization is a member of one of these networks.
fn in_network(choice: &Choice<Number>) -> Condition {
    let naming = |networks: &[Number]| {
        Query::select()
            .column((reference::Entity, reference::Column::FromNumber))
            .from(reference::Entity)
            .and_where(
                Expr::col((reference::Entity, reference::Column::Relation))
                    .eq(Relation::Organization.code()),
            )
            .and_where(
                Expr::col((reference::Entity, reference::Column::ToNumber))
                    .in_subquery(members_of(networks)),
            )
            .to_owned()
    };
    let mut all = Condition::all();
    if !choice.any.is_empty() {
        all = all.add(column(record::Column::Number).in_subquery(naming(&choice.any)));
    }
    if !choice.none.is_empty() {
        all = all.add(column(record::Column::Number).not_in_subquery(naming(&choice.none)));
    }
    all
}

fn within_box(bbox: BoundingBox, of: &dyn Fn(record::Column) -> SimpleExpr) -> SimpleExpr {
    let longitude = || of(record::Column::Longitude);
    let between = of(record::Column::Latitude).between(bbox.south, bbox.north);
    let in_box = between.and(if bbox.west <= bbox.east {
        let inside = longitude().between(bbox.west, bbox.east);
        // The antimeridian has two names.
        if bbox.east >= 180.0 {
            inside.or(longitude().eq(-180.0))
        } else if bbox.west <= -180.0 {
            inside.or(longitude().eq(180.0))
        } else {
            inside
        }
    } else {
        // Across the antimeridian.
        longitude().gte(bbox.west).or(longitude().lte(bbox.east))
    });
    if !bbox.or_countries {
        return in_box;
    }
    let lies_there = |of: &&Country| of.centroid.is_some_and(|point| bbox.has(point));
    let there = country::all().iter().filter(lies_there).map(|of| of.alpha3.as_str());
    let there = of(record::Column::Country).is_in(there);
    in_box.or(longitude().is_null().and(there))
}

/// Kilometres in a degree of latitude, on the sphere of the mean radius 6371.0088 km (IUGG).
const KM_PER_DEGREE: f64 = 111.195_08;

/// A box around the circle first, which an index can serve, then the distance on the sphere.
fn within_circle(near: Near, of: &dyn Fn(record::Column) -> SimpleExpr) -> SimpleExpr {
    let height = near.within_km / KM_PER_DEGREE;
    let (south, north) = (near.latitude - height, near.latitude + height);
    let polar = south <= -90.0 || north >= 90.0;
    let cosine = near.latitude.to_radians().cos();
    let half = (near.within_km / 6_371.008_8).sin() / cosine;
    let width = if polar || half.abs() >= 1.0 { 180.0 } else { half.asin().to_degrees() };
    let turn = |longitude: f64| (longitude + 540.0).rem_euclid(360.0) - 180.0;
    let (west, east) = if width >= 180.0 {
        (-180.0, 180.0)
    } else {
        (turn(near.longitude - width), turn(near.longitude + width))
    };
    let (south, north) = (south.max(-90.0), north.min(90.0));
    let bbox = BoundingBox { west, south, east, north, or_countries: false };
    // The straight line between two places on the sphere, squared.
    let [x, y, z] = card::on_sphere(near.longitude, near.latitude);
    let squared = |axis, there: f64| of(axis).sub(there).mul(of(axis).sub(there));
    let line = squared(record::Column::X, x)
        .add(squared(record::Column::Y, y))
        .add(squared(record::Column::Z, z));
    let most = 2.0 * (near.within_km / (2.0 * 6_371.008_8)).sin();
    within_box(bbox, of).and(line.lte(most * most + 1e-15))
}

fn of_severity(severity: &Choice<u8>) -> Condition {
    let mut all = Condition::all();
    let values = |levels: &[u8]| levels.iter().map(|level| i16::from(*level)).collect::<Vec<_>>();
    if !severity.any.is_empty() {
        all = all.add(column(record::Column::Severity).is_in(values(&severity.any)));
    }
    if !severity.none.is_empty() {
        let none = column(record::Column::Severity).is_not_in(values(&severity.none));
        all = all.add(none.or(column(record::Column::Severity).is_null()));
    }
    all
}
