/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-post-frame.h"

#include "chat-json.h"

/**
 * chat_post_frame_read: (skip)
 * @jwe: a frame
 *
 * Takes from a frame what is sealed. Who wrote it, when, and for whom is for the caller to add.
 *
 * Returns: (transfer full): its parts, unchanged
 */
ChatPost *
chat_post_frame_read (ChatJwe *jwe)
{
  ChatPost *post;

  g_return_val_if_fail (jwe != NULL, NULL);

  post = chat_post_new ();
  post->mid = g_strdup (chat_jwe_get_mid (jwe));
  post->protected = g_strdup (chat_jwe_get_protected (jwe));
  post->iv = g_strdup (chat_jwe_get_iv (jwe));
  post->ciphertext = g_strdup (chat_jwe_get_ciphertext (jwe));
  post->tag = g_strdup (chat_jwe_get_tag (jwe));
  post->encrypted_key = g_strdup (chat_jwe_get_encrypted_key (jwe));

  return post;
}

/**
 * chat_post_frame_write:
 * @post: a message that was kept
 * @kid: the name of its reader's key
 * @size: (out): the length of the result
 *
 * Makes a frame of what was kept, so that an archive is checked by the same code as the server's
 * words. Others may have changed the file, so the result need not be a valid frame.
 *
 * Returns: (transfer full): the frame in which a server would deliver it
 */
char *
chat_post_frame_write (ChatPost *post, const char *kid, gsize *size)
{
  g_autoptr (JsonObject) frame = json_object_new ();
  JsonObject *unprotected = json_object_new ();
  JsonObject *header = json_object_new ();

  g_return_val_if_fail (post != NULL && kid != NULL, NULL);

  json_object_set_string_member (unprotected, "op", "history");
  json_object_set_int_member (unprotected, "seq", post->seq);
  json_object_set_int_member (unprotected, "at", post->at);
  json_object_set_string_member (unprotected, "from", post->from);
  json_object_set_string_member (header, "kid", kid);

  json_object_set_string_member (frame, "protected", post->protected);
  json_object_set_object_member (frame, "unprotected", unprotected);
  json_object_set_object_member (frame, "header", header);
  json_object_set_string_member (frame, "encrypted_key", post->encrypted_key);
  json_object_set_string_member (frame, "iv", post->iv);
  json_object_set_string_member (frame, "ciphertext", post->ciphertext);
  json_object_set_string_member (frame, "tag", post->tag);

  return chat_json_to_string (frame, size);
}
