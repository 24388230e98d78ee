// util.dynamodb and the expressions of util.transform: values and filters as DynamoDB has them.
// https://docs.aws.amazon.com/appsync/latest/devguide/dynamodb-helpers-in-util-dynamodb-js.html
// https://docs.aws.amazon.com/appsync/latest/devguide/transformation-helpers-in-utils-transform-js.html
"use strict";

appsync.util.dynamodb = (() => {
  const given = (make) => (value) => (value === null || value === undefined ? null : make(value));
  const toMapValues = (object) =>
    Object.fromEntries(Object.entries(object).map(([name, value]) => [name, toDynamoDB(value)]));
  const toDynamoDB = (value) => {
    if (value === null || value === undefined) return { NULL: null };
    if (typeof value === "string") return { S: value };
    if (typeof value === "number") return { N: String(value) };
    if (typeof value === "boolean") return { BOOL: value };
    if (Array.isArray(value)) return { L: value.map(toDynamoDB) };
    return { M: toMapValues(value) };
  };
  const toS3Object = (key, bucket, region, version) => ({
    S: JSON.stringify({ s3: { key, bucket, region, version: version === undefined ? null : version } }),
  });
  return Object.freeze({
    toDynamoDB,
    toMapValues: given(toMapValues),
    toString: given((text) => ({ S: String(text) })),
    toStringSet: given((list) => ({ SS: list.map(String) })),
    toNumber: given((number) => ({ N: String(number) })),
    toNumberSet: given((list) => ({ NS: list.map(String) })),
    toBinary: given((text) => ({ B: String(text) })),
    toBinarySet: given((list) => ({ BS: list.map(String) })),
    toBoolean: given((value) => ({ BOOL: Boolean(value) })),
    toNull: () => ({ NULL: null }),
    toList: given((list) => ({ L: list.map(toDynamoDB) })),
    toMap: given((object) => ({ M: toMapValues(object) })),
    toS3Object,
    fromS3ObjectJson: (text) => JSON.parse(text).s3,
  });
})();

appsync.util.transform.toDynamoDBFilterExpression = (() => {
  const COMPARISONS = { eq: "=", ne: "<>", le: "<=", lt: "<", ge: ">=", gt: ">" };
  const TYPES = { string: "S", stringSet: "SS", number: "N", numberSet: "NS", binary: "B",
    binarySet: "BS", boolean: "BOOL", list: "L", map: "M", _null: "NULL" };
  const FUNCTIONS = { contains: "contains", notContains: "NOT contains", beginsWith: "begins_with" };

  return (filter) => {
    const expressionNames = {};
    const expressionValues = {};
    const value = (name, operator, operand, index) => {
      const base = `:${name}_${operator}${index === undefined ? "" : `_${index}`}`;
      let key = base;
      for (let count = 1; key in expressionValues; count++) key = `${base}_${count}`;
      expressionValues[key] = appsync.util.dynamodb.toDynamoDB(operand);
      return key;
    };
    const condition = (name, operator, operand) => {
      const attribute = `#${name}`;
      expressionNames[attribute] = name;
      if (operator in COMPARISONS) return `${attribute} ${COMPARISONS[operator]} ${value(name, operator, operand)}`;
      if (operator in FUNCTIONS) return `${FUNCTIONS[operator]}(${attribute}, ${value(name, operator, operand)})`;
      if (operator === "between") {
        return `${attribute} BETWEEN ${operand.map((one, i) => value(name, operator, one, i)).join(" AND ")}`;
      }
      if (operator === "in") return `${attribute} IN (${operand.map((one, i) => value(name, operator, one, i)).join(", ")})`;
      if (operator === "attributeExists") return `attribute_${operand ? "exists" : "not_exists"}(${attribute})`;
      if (operator === "attributeType") {
        return `attribute_type(${attribute}, ${value(name, operator, TYPES[operand])})`;
      }
      if (operator === "size") {
        const [inner] = Object.keys(operand);
        return condition(name, inner, operand[inner]).replace(attribute, `size(${attribute})`);
      }
      throw new RangeError(`The operator '${operator}' of '${name}' is not supported.`);
    };
    const joined = (parts, by) => (parts.length > 1 ? parts.map((part) => `(${part})`).join(` ${by} `) : parts[0] || "");
    const listed = (one) => (Array.isArray(one) ? one : [one]);
    const expression = (object) => joined(Object.keys(object).filter((key) => object[key] !== null)
      .flatMap((key) => {
        if (key === "and") return joined(listed(object.and).map(expression), "AND");
        if (key === "or") return joined(listed(object.or).map(expression), "OR");
        if (key === "not") return `NOT (${expression(object.not)})`;
        return Object.keys(object[key]).filter((operator) => object[key][operator] !== null)
          .map((operator) => condition(key, operator, object[key][operator]));
      }), "AND");
    return JSON.stringify({ expression: expression(filter), expressionNames, expressionValues });
  };
})();
appsync.util.transform.toDynamoDBConditionExpression = appsync.util.transform.toDynamoDBFilterExpression;
