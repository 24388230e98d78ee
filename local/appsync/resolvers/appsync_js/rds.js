// util.rds: the result of the RDS Data API as rows by column name, a list for each statement.
// https://docs.aws.amazon.com/appsync/latest/devguide/resolver-reference-rds-js.html
"use strict";

appsync.util.rds = (() => {
  const value = (field) => {
    if (field.isNull) return null;
    const [kind] = Object.keys(field).filter((key) => key !== "isNull");
    return kind === "arrayValues" ? field.arrayValues.map(value) : field[kind];
  };
  const rows = ({ records, columnMetadata }) => (records || []).map((record) =>
    Object.fromEntries(record.map((field, i) => [columnMetadata[i].label || columnMetadata[i].name, value(field)])));

  // null for what is no result, as AppSync answers.
  const toJsonObject = (result) => {
    const { sqlStatementResults } = (typeof result === "string" ? appsync.parsed(result) : result) || {};
    return Array.isArray(sqlStatementResults) ? sqlStatementResults.map(rows) : null;
  };
  return Object.freeze({ toJsonObject });
})();
