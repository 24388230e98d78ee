// '@aws-appsync/utils/rds': SQL statements for the RDS Data API, every value a parameter.
// https://docs.aws.amazon.com/appsync/latest/devguide/resolver-reference-rds-js.html
"use strict";

appsync.modules["@aws-appsync/utils/rds"] = (() => {
  const COMPARISONS = { eq: "=", ne: "!=", le: "<=", lt: "<", ge: ">=", gt: ">" };
  const AGGREGATES = ["max", "min", "count", "avg", "sum"];
  const JOINS = { join: "JOIN", innerJoin: "INNER JOIN", leftJoin: "LEFT JOIN", leftOuterJoin: "LEFT OUTER JOIN",
    rightJoin: "RIGHT JOIN", rightOuterJoin: "RIGHT OUTER JOIN", fullOuterJoin: "FULL OUTER JOIN", crossJoin: "CROSS JOIN" };
  for (const name of ["join", "innerJoin", "leftJoin", "leftOuterJoin", "rightJoin", "rightOuterJoin", "fullOuterJoin"]) {
    JOINS[`${name}Natural`] = `NATURAL ${JOINS[name]}`;
  }

  const statements = new WeakMap(); // how a statement is written, by the object that stands for it
  const hints = new WeakSet();
  const aggregates = new WeakMap(); // [function, column]
  const statement = (write) => {
    const made = Object.freeze({});
    statements.set(made, write);
    return made;
  };
  const hint = (type) => (value) => {
    const made = { type, value };
    hints.add(made);
    return made;
  };
  const aggregate = (name) => (column) => {
    const made = Object.freeze({});
    aggregates.set(made, [name, column]);
    return made;
  };
  const aggregateNames = AGGREGATES.flatMap((name) => [name, `${name}Distinct`]);
  const called = (name, column) =>
    (name.endsWith("Distinct") ? `${name.slice(0, -8).toUpperCase()}(DISTINCT ${column})` : `${name.toUpperCase()}(${column})`);
  const refuse = (text) => { throw new TypeError(text); };

  // One request: it quotes names as the database does, and numbers its parameters.
  const request = (quote) => {
    const [variableMap, variableTypeHintMap] = [{}, {}];
    const writer = {
      name: (text) => text.split(".").map((part) =>
        (part === "*" ? part : quote + part.split(quote).join(quote + quote) + quote)).join("."),
      value: (value) => {
        const name = `:P${Object.keys(variableMap).length}`;
        const isHinted = hints.has(value);
        const bare = isHinted ? value.value : value;
        if (isHinted) variableTypeHintMap[name] = value.type;
        variableMap[name] = isHinted && value.type === "JSON" && typeof bare !== "string" ? JSON.stringify(bare) : bare;
        return name;
      },
      inner: (one) => (statements.has(one) ? `(${statements.get(one)(writer)})` : null),
      text: (one) => (statements.has(one) ? statements.get(one)(writer) : String(one)),
    };
    return { writer, variableMap, variableTypeHintMap };
  };

  const aliased = (writer, one, plain) => {
    if (typeof one === "string") return plain(one);
    if (aggregates.has(one)) return called(aggregates.get(one)[0], writer.name(aggregates.get(one)[1]));
    if (statements.has(one)) return writer.inner(one);
    const [alias] = Object.keys(one);
    return `${aliased(writer, one[alias], plain)} AS ${writer.name(alias)}`;
  };
  const table = (writer, { table: name, from }) =>
    aliased(writer, name || from || refuse("A statement needs a table; give 'table' or 'from'."), writer.name);
  const columns = (writer, list) =>
    (list && list !== "*" ? list.map((one) => aliased(writer, one, writer.name)).join(", ") : "*");

  const comparison = (writer, target, operator, operand, value) => {
    if (Object.hasOwn(COMPARISONS, operator)) return [`${target} ${COMPARISONS[operator]} ${value(operand)}`];
    if (operator === "size") return comparisons(writer, `LENGTH(${target})`, operand, value);
    if (aggregateNames.includes(operator)) return comparisons(writer, called(operator, target), operand, value);
    switch (operator) {
      case "contains": return [`${target} LIKE ${value(`%${operand}%`)}`];
      case "notContains": return [`${target} NOT LIKE ${value(`%${operand}%`)}`];
      case "beginsWith": return [`${target} LIKE ${value(`${operand}%`)}`];
      case "between": return [`${target} BETWEEN ${value(operand[0])} AND ${value(operand[1])}`];
      case "attributeExists": return [`${target} IS ${operand ? "NOT " : ""}NULL`];
      default: return refuse(`The operator '${operator}' of ${target} is unknown.`);
    }
  };
  const comparisons = (writer, target, operators, value) =>
    Object.keys(operators).filter((operator) => operators[operator] !== null && operators[operator] !== undefined)
      .flatMap((operator) => comparison(writer, target, operator, operators[operator], value));
  const combined = (parts, by) => (parts.length > 1 ? parts.map((part) => `(${part})`).join(` ${by} `) : parts.join());
  const condition = (writer, where, value = writer.value) => combined(Object.keys(where).flatMap((key) => {
    const members = (list) => (Array.isArray(list) ? list : [list]).map((one) => condition(writer, one, value));
    if (key === "and" || key === "or") return [combined(members(where[key]), key.toUpperCase())];
    if (key === "not") return [`NOT (${combined(members(where.not), "AND")})`];
    return comparisons(writer, writer.name(key), where[key], value);
  }), "AND");
  const clause = (writer, word, where, value) => {
    if (!where) return "";
    const text = statements.has(where) ? writer.text(where) : condition(writer, where, value);
    return text && ` ${word} ${text}`;
  };

  const joins = (writer, input) => Object.keys(JOINS).flatMap((kind) => (input[kind] || []).map((join) => {
    const using = join.using ? ` USING (${join.using.map((one) => aliased(writer, one, writer.name)).join(", ")})` : "";
    const column = (operand) => (typeof operand === "string" ? writer.name(operand) : writer.value(operand));
    return ` ${JOINS[kind]} ${table(writer, join)}${using}${clause(writer, "ON", join.on, column)}`;
  })).join("");
  const list = (word, parts) => (parts && parts.length ? ` ${word} ${parts.join(", ")}` : "");
  const returning = (writer, names) => (names ? ` RETURNING ${columns(writer, names)}` : "");

  const select = (input) => statement((writer) => `SELECT ${columns(writer, input.columns)} FROM ${table(writer, input)}`
    + joins(writer, input)
    + clause(writer, "WHERE", input.where)
    + list("GROUP BY", input.groupBy && input.groupBy.map((one) => (typeof one === "number" ? String(one) : writer.name(one))))
    + clause(writer, "HAVING", input.having)
    + list("ORDER BY", input.orderBy && input.orderBy.map(({ column, dir }) =>
      `${writer.name(column)} ${String(dir).toUpperCase() === "DESC" ? "DESC" : "ASC"}`))
    + (input.limit === undefined || input.limit === null ? "" : ` LIMIT ${writer.value(input.limit)}`)
    + (input.offset === undefined || input.offset === null ? "" : ` OFFSET ${writer.value(input.offset)}`));
  const insert = (input) => statement((writer) => {
    const names = Object.keys(input.values);
    return `INSERT INTO ${table(writer, input)} (${names.map(writer.name).join(", ")}) `
      + `VALUES (${names.map((name) => writer.value(input.values[name])).join(", ")})${returning(writer, input.returning)}`;
  });
  const update = (input) => statement((writer) => `UPDATE ${table(writer, input)}`
    + list("SET", Object.keys(input.values).map((name) => `${writer.name(name)} = ${writer.value(input.values[name])}`))
    + clause(writer, "WHERE", input.where) + returning(writer, input.returning));
  const remove = (input) => statement((writer) => `DELETE FROM ${table(writer, input)}`
    + clause(writer, "WHERE", input.where) + returning(writer, input.returning));
  const sql = (texts, ...values) => statement((writer) =>
    values.reduce((text, value, i) => text + (writer.inner(value) || writer.value(value)) + texts[i + 1], texts[0]));

  const create = (quote) => (...given) => {
    const { writer, variableMap, variableTypeHintMap } = request(quote);
    const written = given.filter((one) => one !== null && one !== undefined);
    if (written.length > 2) refuse(`A request has at most 2 statements, not ${written.length}.`);
    return { statements: written.map(writer.text), variableMap, variableTypeHintMap };
  };

  const typeHint = Object.freeze(Object.fromEntries(
    ["DECIMAL", "JSON", "TIMESTAMP", "TIME", "UUID", "DATE"].map((type) => [type, hint(type)]),
  ));
  const agg = Object.freeze(Object.fromEntries(aggregateNames.map((name) => [name, aggregate(name)])));
  return Object.freeze({
    select, insert, update, remove, sql, typeHint, agg, toJsonObject: appsync.util.rds.toJsonObject,
    createPgStatement: create('"'), createMySQLStatement: create("`"),
  });
})();
