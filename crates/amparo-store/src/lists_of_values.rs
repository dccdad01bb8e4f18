//! Many rows for PostgreSQL as one list for each column: a statement of a few parameters, the same however many
//! rows there are, where one of a parameter for each value takes longer to read and to plan than to do.

use std::fmt::Write as _;

use sea_orm::{IdenStatic, Value};

/// The columns of some rows, each as a literal of an array.
pub(crate) struct Lists(Vec<(&'static str, String)>);

/// The lists of rows whose values follow each other; none if a value is of a type that is not known here.
pub(crate) fn of(values: &[Value], columns: usize) -> Option<Lists> {
    let first = values.get(..columns)?;
    let of_types = first.iter().map(|value| Some((type_of(value)?, String::from("{"))));
    let mut lists = Lists(of_types.collect::<Option<_>>()?);
    for row in values.chunks(columns) {
        for ((_, list), value) in lists.0.iter_mut().zip(row) {
            if list.len() > 1 {
                list.push(',');
            }
            push(list, value)?;
        }
    }
    lists.0.iter_mut().for_each(|(_, list)| list.push('}'));
    Some(lists)
}

impl Lists {
    /// The statement that inserts them, and its parameters.
    pub(crate) fn into_insert<C: IdenStatic>(
        self,
        table: &str,
        columns: &[C],
    ) -> (String, Vec<Value>) {
        let names = columns.iter().map(|column| format!("\"{}\"", column.as_str()));
        let lists = self.0.iter().zip(1..).map(|((of, _), nth)| format!("${nth}::text::{of}[]"));
        let sql = format!(
            "INSERT INTO \"{table}\" ({}) SELECT * FROM unnest({})",
            names.collect::<Vec<_>>().join(", "),
            lists.collect::<Vec<_>>().join(", ")
        );
        (sql, self.0.into_iter().map(|(_, list)| list.into()).collect())
    }
}

fn type_of(value: &Value) -> Option<&'static str> {
    Some(match value {
        Value::SmallInt(_) => "smallint",
        Value::Int(_) => "integer",
        Value::BigInt(_) => "bigint",
        Value::Double(_) => "double precision",
        Value::String(_) => "text",
        Value::ChronoDate(_) => "date",
        Value::ChronoDateTimeUtc(_) => "timestamptz",
        _ => return None,
    })
}

/// Adds a value to a list. Only texts can hold what has a meaning in a list, and only they are quoted.
fn push(list: &mut String, value: &Value) -> Option<()> {
    let written = match value {
        Value::SmallInt(Some(value)) => write!(list, "{value}"),
        Value::Int(Some(value)) => write!(list, "{value}"),
        Value::BigInt(Some(value)) => write!(list, "{value}"),
        // As short as it reads back the same.
        Value::Double(Some(value)) => write!(list, "{value:e}"),
        Value::ChronoDate(Some(value)) => write!(list, "{}", value.format("%Y-%m-%d")),
        Value::ChronoDateTimeUtc(Some(value)) => {
            write!(list, "{}", value.format("%Y-%m-%dT%H:%M:%S%.6fZ"))
        }
        Value::String(Some(text)) => {
            push_text(list, text);
            Ok(())
        }
        value if type_of(value).is_some() => list.write_str("NULL"),
        _ => return None,
    };
    written.ok()
}

fn push_text(list: &mut String, text: &str) {
    list.push('"');
    let mut rest = text;
    while let Some(at) = rest.find(['"', '\\']) {
        list.push_str(&rest[..at]);
        list.push('\\');
        list.push_str(&rest[at..=at]);
        rest = &rest[at + 1..];
    }
    list.push_str(rest);
    list.push('"');
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;

    use super::*;

    #[test]
    fn a_text_is_one_value_whatever_it_holds() {
        let texts = ["a,b", "{}", "say \"no\"", "back\\slash", "NULL", "", " "];
        let values: Vec<Value> = texts.iter().map(|text| (*text).into()).collect();
        let list = of(&values, 1).map(|lists| lists.0[0].1.clone());
        let said = r#"{"a,b","{}","say \"no\"","back\\slash","NULL",""," "}"#;
        assert_eq!(list.as_deref(), Some(said));
    }

    #[test]
    fn each_column_is_a_list_of_its_type() {
        let day = NaiveDate::from_ymd_opt(1, 1, 1);
        let values: Vec<Value> =
            vec![7_i64.into(), day.into(), 2_i64.into(), Option::<NaiveDate>::None.into()];
        let lists = of(&values, 2).map(|lists| lists.0);
        let said = vec![("bigint", "{7,2}".to_owned()), ("date", "{0001-01-01,NULL}".to_owned())];
        assert_eq!(lists, Some(said));
    }
}
