//! Parquet: typed columns, compressed, a group of rows at a time.

use std::io::Write;
use std::sync::{Arc, Mutex, PoisonError};

use arrow_array::builder::{
    BooleanBuilder, Date32Builder, Float64Builder, Int64Builder, StringBuilder,
    TimestampMicrosecondBuilder,
};
use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::{DataType, Field, Schema, TimeUnit};
use chrono::Datelike as _;
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::properties::{EnabledStatistics, WriterProperties};

use super::{Cell, Column, Rest, Row, Type, WriteError, Writer};

/// So many rows are kept as they came, before they are encoded.
const BATCH: usize = 1_024;
/// A group has so many rows at most, and so many bytes: what is encoded of it is kept until it is whole.
const GROUP: usize = 8_192;
const GROUP_BYTES: usize = 4 * 1024 * 1024;
/// How large a page of a column is at most, in bytes.
const PAGE: usize = 128 * 1024;

/// Writes Parquet.
pub struct Parquet {
    writer: ArrowWriter<Ready>,
    ready: Ready,
    schema: Arc<Schema>,
    columns: Vec<Builder>,
    rows: usize,
}

/// What was written and not taken yet.
#[derive(Debug, Clone, Default)]
struct Ready(Arc<Mutex<Vec<u8>>>);

impl Ready {
    fn take(&self) -> Vec<u8> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Write for Ready {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

enum Builder {
    Text(StringBuilder),
    Integer(Int64Builder),
    Decimal(Float64Builder),
    Date(Date32Builder),
    Instant(TimestampMicrosecondBuilder),
    Boolean(BooleanBuilder),
}

impl Parquet {
    /// Starts a file.
    pub fn new(columns: &[&Column]) -> Result<Self, WriteError> {
        let field = |column: &&Column| Field::new(column.name, data_type(column.kind), true);
        let schema = Arc::new(Schema::new(columns.iter().map(field).collect::<Vec<_>>()));
        let properties = WriterProperties::builder()
            .set_compression(Compression::ZSTD(ZstdLevel::default()))
            .set_max_row_group_row_count(Some(GROUP))
            .set_max_row_group_bytes(Some(GROUP_BYTES))
            // What is said of each page is kept until the file ends, and of use where rows are in an order.
            .set_statistics_enabled(EnabledStatistics::Chunk)
            .set_offset_index_disabled(true)
            // Every column holds one of each until its row group is written.
            .set_data_page_size_limit(PAGE)
            .set_dictionary_page_size_limit(PAGE)
            .set_created_by("amparo".to_owned())
            .build();
        let ready = Ready::default();
        let writer = ArrowWriter::try_new(ready.clone(), Arc::clone(&schema), Some(properties))?;
        let columns = columns.iter().map(|column| Builder::of(column.kind)).collect();
        Ok(Self { writer, ready, schema, columns, rows: 0 })
    }

    fn write_batch(&mut self) -> Result<(), WriteError> {
        if self.rows == 0 {
            return Ok(());
        }
        let columns = self.columns.iter_mut().map(Builder::finish).collect();
        let batch = RecordBatch::try_new(Arc::clone(&self.schema), columns)
            .map_err(|error| WriteError::Columns(error.to_string()))?;
        self.writer.write(&batch)?;
        self.rows = 0;
        Ok(())
    }
}

impl From<ParquetError> for WriteError {
    fn from(error: ParquetError) -> Self {
        Self::Columns(error.to_string())
    }
}

fn data_type(kind: Type) -> DataType {
    match kind {
        Type::Text => DataType::Utf8,
        Type::Integer => DataType::Int64,
        Type::Decimal => DataType::Float64,
        Type::Date => DataType::Date32,
        Type::Instant => DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())),
        Type::Boolean => DataType::Boolean,
    }
}

impl Builder {
    fn of(kind: Type) -> Self {
        match kind {
            Type::Text => Self::Text(StringBuilder::new()),
            Type::Integer => Self::Integer(Int64Builder::new()),
            Type::Decimal => Self::Decimal(Float64Builder::new()),
            Type::Date => Self::Date(Date32Builder::new()),
            Type::Instant => Self::Instant(
                TimestampMicrosecondBuilder::new().with_timezone(Arc::<str>::from("UTC")),
            ),
            Type::Boolean => Self::Boolean(BooleanBuilder::new()),
        }
    }

    /// Appends a cell. One of another type than its column is left empty.
    fn append(&mut self, cell: &Cell<'_>) {
        match (self, cell) {
            (Self::Text(column), cell) => column.append_option(cell.as_text()),
            (Self::Integer(column), Cell::Integer(number)) => column.append_value(*number),
            (Self::Decimal(column), Cell::Decimal(number)) => column.append_value(*number),
            (Self::Boolean(column), Cell::Boolean(value)) => column.append_value(*value),
            (Self::Date(column), Cell::Date(day)) => {
                // Days since 1970, of which the domain has its own count from the year 1 on.
                column.append_value(day.num_days_from_ce() - 719_163);
            }
            (Self::Instant(column), Cell::Instant(at)) => {
                column.append_value(at.timestamp_micros());
            }
            (Self::Integer(column), _) => column.append_null(),
            (Self::Decimal(column), _) => column.append_null(),
            (Self::Date(column), _) => column.append_null(),
            (Self::Instant(column), _) => column.append_null(),
            (Self::Boolean(column), _) => column.append_null(),
        }
    }

    fn finish(&mut self) -> ArrayRef {
        match self {
            Self::Text(column) => Arc::new(column.finish()),
            Self::Integer(column) => Arc::new(column.finish()),
            Self::Decimal(column) => Arc::new(column.finish()),
            Self::Date(column) => Arc::new(column.finish()),
            Self::Instant(column) => Arc::new(column.finish()),
            Self::Boolean(column) => Arc::new(column.finish()),
        }
    }
}

impl Writer for Parquet {
    fn row(&mut self, row: &Row<'_>) -> Result<(), WriteError> {
        for (column, cell) in self.columns.iter_mut().zip(row.cells) {
            column.append(cell);
        }
        self.rows += 1;
        if self.rows >= BATCH {
            self.write_batch()?;
        }
        Ok(())
    }

    fn take(&mut self) -> Result<Vec<u8>, WriteError> {
        Ok(self.ready.take())
    }

    fn finish(mut self: Box<Self>) -> Result<Rest, WriteError> {
        self.write_batch()?;
        self.writer.finish()?;
        Ok(Rest::Bytes(self.ready.take()))
    }
}
