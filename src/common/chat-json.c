/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-json.h"

#include "chat-error.h"
#include "chat-limits.h"

#include <string.h>

/**
 * chat_json_parse_object:
 * @text: (array length=size): a document from outside
 * @size: its bytes
 * @error: return location
 *
 * Runs [func@json_check], then builds the tree. The document must be one object.
 *
 * Returns: (transfer full) (nullable): the object, or %NULL with %CHAT_JOSE_ERROR_MALFORMED
 */
JsonObject *
chat_json_parse_object (const char *text,
                        gsize       size,
                        GError    **error)
{
  g_autoptr (JsonParser) parser = NULL;
  g_autoptr (GError) local_error = NULL;
  JsonNode *root;

  g_return_val_if_fail (text != NULL || size == 0, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (!chat_json_check (text, size, error))
    return NULL;

  parser = json_parser_new ();
  if (!json_parser_load_from_data (parser, text, size, &local_error))
    {
      g_set_error (error, CHAT_JOSE_ERROR, CHAT_JOSE_ERROR_MALFORMED,
                   "not the JSON that is expected: %s", local_error->message);
      return NULL;
    }

  root = json_parser_get_root (parser);
  if (root == NULL || !JSON_NODE_HOLDS_OBJECT (root))
    {
      g_set_error_literal (error, CHAT_JOSE_ERROR, CHAT_JOSE_ERROR_MALFORMED,
                           "not a JSON object");
      return NULL;
    }

  return json_node_dup_object (root);
}

/**
 * chat_json_excerpt:
 * @text: valid UTF-8 from a peer
 *
 * Shortens what a peer sent, so that an error or a line of a log stays readable.
 *
 * Returns: (transfer full): its first %CHAT_MAX_EXCERPT characters
 */
char *
chat_json_excerpt (const char *text)
{
  g_return_val_if_fail (text != NULL, NULL);

  return g_utf8_strlen (text, CHAT_MAX_EXCERPT * 6) <= CHAT_MAX_EXCERPT
             ? g_strndup (text, CHAT_MAX_EXCERPT * 6)
             : g_utf8_substring (text, 0, CHAT_MAX_EXCERPT);
}

/**
 * chat_json_to_string:
 * @object: an object
 * @size: (out) (optional): bytes of the text, without its NUL
 *
 * Writes an object in one line, with every control character escaped as RFC 8259, section 7, wants
 * it.
 *
 * Returns: (transfer full): the object as compact text
 */
char *
chat_json_to_string (JsonObject *object,
                     gsize      *size)
{
  g_autoptr (JsonNode) node = NULL;
  g_autoptr (JsonGenerator) generator = NULL;
  g_autofree char *text = NULL;
  g_auto (GStrv) pieces = NULL;
  char *escaped;

  g_return_val_if_fail (object != NULL, NULL);

  node = json_node_init_object (json_node_alloc (), object);
  generator = json_generator_new ();
  json_generator_set_root (generator, node);
  text = json_generator_to_data (generator, NULL);

  /* json-glib escapes all control characters but U+001F, which RFC 8259, section 7 wants escaped
   * as well. It can only stand in a string. */
  pieces = g_strsplit (text, "\x1f", -1);
  escaped = g_strjoinv ("\\u001f", pieces);
  if (size != NULL)
    *size = strlen (escaped);
  return escaped;
}

static const char *
describe (JsonNode *node)
{
  switch (json_node_get_node_type (node))
    {
    case JSON_NODE_OBJECT:
      return "an object";
    case JSON_NODE_ARRAY:
      return "an array";
    case JSON_NODE_NULL:
      return "null";
    case JSON_NODE_VALUE:
    default:
      break;
    }

  switch (json_node_get_value_type (node))
    {
    case G_TYPE_STRING:
      return "a string";
    case G_TYPE_BOOLEAN:
      return "a boolean";
    case G_TYPE_INT64:
      return "an integer";
    default:
      return "a number";
    }
}

static gboolean
holds_value (JsonNode *node,
             GType     type)
{
  return JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == type;
}

static void
set_wrong_type (GError    **error,
                const char *member,
                JsonNode   *found,
                const char *expected)
{
  g_set_error (error, CHAT_JOSE_ERROR, CHAT_JOSE_ERROR_MALFORMED,
               "member \"%s\" is %s where %s is expected", member, describe (found), expected);
}

/* NULL with an error when the member is missing. */
static JsonNode *
get_member (JsonObject *object,
            const char *member,
            GError    **error)
{
  JsonNode *node = json_object_get_member (object, member);

  if (node == NULL)
    g_set_error (error, CHAT_JOSE_ERROR, CHAT_JOSE_ERROR_MALFORMED, "member \"%s\" is missing",
                 member);

  return node;
}

/**
 * chat_json_get_string:
 * @object: an object
 * @member: the name of a member
 * @error: return location
 *
 * Reads a member that has to be there. The result lives as long as @object.
 *
 * Returns: (transfer none) (nullable): its string, or %NULL with %CHAT_JOSE_ERROR_MALFORMED
 */
const char *
chat_json_get_string (JsonObject *object,
                      const char *member,
                      GError    **error)
{
  JsonNode *node;

  g_return_val_if_fail (object != NULL && member != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  node = get_member (object, member, error);
  if (node == NULL)
    return NULL;

  if (!holds_value (node, G_TYPE_STRING))
    {
      set_wrong_type (error, member, node, "a string");
      return NULL;
    }

  return json_node_get_string (node);
}

/**
 * chat_json_get_integer:
 * @object: an object
 * @member: the name of a member
 * @min: the smallest integer that it may be
 * @max: the largest
 * @value: (out): its value
 * @error: return location
 *
 * Reads a member that has to be there. A number with a fraction is no integer.
 *
 * Returns: whether it is an integer in that range, else %CHAT_JOSE_ERROR_MALFORMED
 */
gboolean
chat_json_get_integer (JsonObject *object,
                       const char *member,
                       gint64      min,
                       gint64      max,
                       gint64     *value,
                       GError    **error)
{
  JsonNode *node;
  gint64 found;

  g_return_val_if_fail (object != NULL && member != NULL && value != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  node = get_member (object, member, error);
  if (node == NULL)
    return FALSE;

  if (!holds_value (node, G_TYPE_INT64))
    {
      set_wrong_type (error, member, node, "an integer");
      return FALSE;
    }

  found = json_node_get_int (node);
  if (found < min || found > max)
    {
      g_set_error (error, CHAT_JOSE_ERROR, CHAT_JOSE_ERROR_MALFORMED,
                   "member \"%s\" is %" G_GINT64_FORMAT " where a number from %" G_GINT64_FORMAT
                   " to %" G_GINT64_FORMAT " is expected", member, found, min, max);
      return FALSE;
    }
  *value = found;

  return TRUE;
}

/**
 * chat_json_get_boolean:
 * @object: an object
 * @member: the name of a member
 * @value: (out): its value
 * @error: return location
 *
 * Reads a member that has to be there.
 *
 * Returns: whether it is a boolean, else %CHAT_JOSE_ERROR_MALFORMED
 */
gboolean
chat_json_get_boolean (JsonObject *object,
                       const char *member,
                       gboolean   *value,
                       GError    **error)
{
  JsonNode *node;

  g_return_val_if_fail (object != NULL && member != NULL && value != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  node = get_member (object, member, error);
  if (node == NULL)
    return FALSE;

  if (!holds_value (node, G_TYPE_BOOLEAN))
    {
      set_wrong_type (error, member, node, "a boolean");
      return FALSE;
    }
  *value = json_node_get_boolean (node);

  return TRUE;
}

/**
 * chat_json_get_object:
 * @object: an object
 * @member: the name of a member
 * @error: return location
 *
 * Reads a member that has to be there. The result lives as long as @object.
 *
 * Returns: (transfer none) (nullable): its object, or %NULL with %CHAT_JOSE_ERROR_MALFORMED
 */
JsonObject *
chat_json_get_object (JsonObject *object,
                      const char *member,
                      GError    **error)
{
  JsonNode *node;

  g_return_val_if_fail (object != NULL && member != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  node = get_member (object, member, error);
  if (node == NULL)
    return NULL;

  if (!JSON_NODE_HOLDS_OBJECT (node))
    {
      set_wrong_type (error, member, node, "an object");
      return NULL;
    }

  return json_node_get_object (node);
}

/**
 * chat_json_get_array:
 * @object: an object
 * @member: the name of a member
 * @error: return location
 *
 * Reads a member that has to be there. The result lives as long as @object. What its elements are
 * is for [func@json_get_element_object] and [func@json_get_element_string].
 *
 * Returns: (transfer none) (nullable): its array, or %NULL with %CHAT_JOSE_ERROR_MALFORMED
 */
JsonArray *
chat_json_get_array (JsonObject *object,
                     const char *member,
                     GError    **error)
{
  JsonNode *node;

  g_return_val_if_fail (object != NULL && member != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  node = get_member (object, member, error);
  if (node == NULL)
    return NULL;

  if (!JSON_NODE_HOLDS_ARRAY (node))
    {
      set_wrong_type (error, member, node, "an array");
      return NULL;
    }

  return json_node_get_array (node);
}

/**
 * chat_json_get_optional_string:
 * @object: an object
 * @member: the name of a member
 * @value: (inout): its string, borrowed; left alone when the member is absent
 * @error: return location
 *
 * Reads a member that may be missing. Give @value the default first.
 *
 * Returns: whether the member is absent or a string, else %CHAT_JOSE_ERROR_MALFORMED
 */
gboolean
chat_json_get_optional_string (JsonObject  *object,
                               const char  *member,
                               const char **value,
                               GError     **error)
{
  const char *found;

  g_return_val_if_fail (object != NULL && member != NULL && value != NULL, FALSE);

  if (!json_object_has_member (object, member))
    return TRUE;

  found = chat_json_get_string (object, member, error);
  if (found == NULL)
    return FALSE;
  *value = found;

  return TRUE;
}

/**
 * chat_json_get_optional_integer:
 * @object: an object
 * @member: the name of a member
 * @min: the smallest integer that it may be
 * @max: the largest
 * @value: (inout): its value; left alone when the member is absent
 * @error: return location
 *
 * Reads a member that may be missing. Give @value the default first.
 *
 * Returns: whether the member is absent or an integer in that range, else
 *   %CHAT_JOSE_ERROR_MALFORMED
 */
gboolean
chat_json_get_optional_integer (JsonObject *object,
                                const char *member,
                                gint64      min,
                                gint64      max,
                                gint64     *value,
                                GError    **error)
{
  g_return_val_if_fail (object != NULL && member != NULL && value != NULL, FALSE);

  return !json_object_has_member (object, member)
         || chat_json_get_integer (object, member, min, max, value, error);
}

/**
 * chat_json_get_optional_boolean:
 * @object: an object
 * @member: the name of a member
 * @value: (inout): its value; left alone when the member is absent
 * @error: return location
 *
 * Reads a member that may be missing. Give @value the default first.
 *
 * Returns: whether the member is absent or a boolean, else %CHAT_JOSE_ERROR_MALFORMED
 */
gboolean
chat_json_get_optional_boolean (JsonObject *object,
                                const char *member,
                                gboolean   *value,
                                GError    **error)
{
  g_return_val_if_fail (object != NULL && member != NULL && value != NULL, FALSE);

  return !json_object_has_member (object, member)
         || chat_json_get_boolean (object, member, value, error);
}

static void
set_wrong_element (GError    **error,
                   guint       index,
                   JsonNode   *found,
                   const char *expected)
{
  g_set_error (error, CHAT_JOSE_ERROR, CHAT_JOSE_ERROR_MALFORMED,
               "element %u is %s where %s is expected", index, describe (found), expected);
}

/**
 * chat_json_get_element_object:
 * @array: an array
 * @index: less than its length
 * @error: return location
 *
 * Reads one element of an array that has to hold objects. The error names its index.
 *
 * Returns: (transfer none) (nullable): the element's object, or %NULL with
 *   %CHAT_JOSE_ERROR_MALFORMED
 */
JsonObject *
chat_json_get_element_object (JsonArray *array,
                              guint      index,
                              GError   **error)
{
  JsonNode *node;

  g_return_val_if_fail (array != NULL && index < json_array_get_length (array), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  node = json_array_get_element (array, index);
  if (!JSON_NODE_HOLDS_OBJECT (node))
    {
      set_wrong_element (error, index, node, "an object");
      return NULL;
    }

  return json_node_get_object (node);
}

/**
 * chat_json_get_element_string:
 * @array: an array
 * @index: less than its length
 * @error: return location
 *
 * Reads one element of an array that has to hold strings. The error names its index.
 *
 * Returns: (transfer none) (nullable): the element's string, or %NULL with
 *   %CHAT_JOSE_ERROR_MALFORMED
 */
const char *
chat_json_get_element_string (JsonArray *array,
                              guint      index,
                              GError   **error)
{
  JsonNode *node;

  g_return_val_if_fail (array != NULL && index < json_array_get_length (array), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  node = json_array_get_element (array, index);
  if (!holds_value (node, G_TYPE_STRING))
    {
      set_wrong_element (error, index, node, "a string");
      return NULL;
    }

  return json_node_get_string (node);
}
