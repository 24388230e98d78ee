// util.transform's expressions for DynamoDB, worded as AppSync words them: each condition in
// brackets, each value named by its way through the filter. What cannot be said becomes null.
// https://docs.aws.amazon.com/appsync/latest/devguide/transformation-helpers-in-utils-transform-js.html
"use strict";

appsync.filterExpression = (() => {
  const COMPARISONS = { eq: "=", ne: "<>", le: "<=", lt: "<", ge: ">=", gt: ">" };
  const FUNCTIONS = { contains: "contains", notContains: "NOT contains", beginsWith: "begins_with" };
  const TYPES = { _null: "NULL", string: "S", stringSet: "SS", number: "N", numberSet: "NS", binary: "B",
    binarySet: "BS", boolean: "BOOL", list: "L", map: "M" };

  class Unsayable extends Error {}
  const need = (claim, value) => {
    if (!claim) throw new Unsayable();
    return value;
  };
  const isMap = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
  const grouped = (parts, by) => (parts.length > 1 ? `(${parts.join(by)})` : parts.join(by));

  const conditions = (target, operators, prefix, values) => {
    const named = (suffix, operand) => {
      values[`:${prefix}_${suffix}`] = appsync.util.dynamodb.toDynamoDB(operand);
      return `:${prefix}_${suffix}`;
    };
    const said = (operator, operand) => {
      if (Object.hasOwn(COMPARISONS, operator)) return `${target} ${COMPARISONS[operator]} ${named(operator, operand)}`;
      if (Object.hasOwn(FUNCTIONS, operator)) return `${FUNCTIONS[operator]}(${target},${named(operator, operand)})`;
      switch (operator) {
        case "between":
          need(Array.isArray(operand) && operand.length > 1);
          return `${target} BETWEEN ${named("between_start", operand[0])} AND ${named("between_end", operand[1])}`;
        case "in":
          if (need(Array.isArray(operand), operand).length === 0) return "null";
          return `${target} IN (${operand.map((one, i) => named(`in_${i}`, one)).join(", ")})`;
        case "attributeExists":
          return `attribute_${need(typeof operand === "boolean", operand) ? "exists" : "not_exists"}(${target})`;
        case "attributeType":
          return `attribute_type(${target},${named(operator, need(Object.hasOwn(TYPES, operand), TYPES[operand]))})`;
        default: return need(false);
      }
    };
    return Object.keys(need(isMap(operators), operators)).filter((operator) => operators[operator] !== undefined)
      .map((operator) => (operator === "size"
        ? grouped(conditions(target.startsWith("size(") ? target : `size(${target})`, operators.size, `${prefix}_size`, values), " AND ")
        : `(${said(operator, operators[operator])})`));
  };

  const parts = (filter, prefix, names, values) => {
    const inner = (one, before) => grouped(parts(one, before, names, values), " AND ");
    return Object.keys(need(isMap(filter), filter)).filter((key) => filter[key] !== undefined).map((key) => {
      if (key === "and" || key === "or") {
        const members = need(Array.isArray(filter[key]), filter[key]);
        return grouped(members.map((one, i) => inner(one, `${prefix}${key}_${i}_`)), ` ${key.toUpperCase()} `);
      }
      if (key === "not") return `(NOT ${inner(filter.not, `${prefix}not_`)})`;
      names[`#${key}`] = key;
      return grouped(conditions(`#${key}`, filter[key], prefix + key, values), " AND ");
    });
  };

  return (filter) => {
    const [expressionNames, expressionValues] = [{}, {}];
    try {
      const expression = parts(filter, "", expressionNames, expressionValues).join(" AND ");
      return { expression, expressionNames, expressionValues };
    } catch (thrown) {
      if (thrown instanceof Unsayable) return null;
      throw thrown;
    }
  };
})();

appsync.util.transform.toDynamoDBFilterExpression = (filter) => {
  const expression = appsync.filterExpression(filter);
  return expression && JSON.stringify(expression);
};
appsync.util.transform.toDynamoDBConditionExpression = appsync.util.transform.toDynamoDBFilterExpression;
