/* Posts for the tests of the store: readers have key ids of the right length, and each seal's
 * wrapping says whose it is. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "chat-limits.h"
#include "chat-post.h"

#include <string.h>

/* The key id of a person who is known by a letter. */
static inline char *
test_kid (char who)
{
  return g_strnfill (CHAT_KID_LENGTH, who);
}

/* readers: a letter for each. The content key of seal "s" is wrapped for reader a as "s-a". */
static inline ChatWrappings *
test_wrappings (const char *seal, const char *readers)
{
  g_autoptr (GHashTable) keys = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);

  for (const char *who = readers; *who != '\0'; who++)
    g_hash_table_insert (keys, test_kid (*who), g_strdup_printf ("%s-%c", seal, *who));

  return chat_wrappings_new (keys);
}

static inline ChatPost *
test_post (char author, const char *mid, ChatWrappings *wrappings)
{
  ChatPost *post = chat_post_new ();

  post->from = g_strdup_printf ("name-%c", author);
  post->author_kid = test_kid (author);
  post->author_key = g_bytes_new (&author, 1);
  post->mid = g_strdup (mid);
  post->protected = g_strconcat ("protected-", mid, NULL);
  post->iv = g_strconcat ("iv-", mid, NULL);
  post->ciphertext = g_strconcat ("ciphertext-", mid, NULL);
  post->tag = g_strconcat ("tag-", mid, NULL);
  post->wrappings = chat_wrappings_ref (wrappings);

  return post;
}

/* The posts of a page by number, mid and wrapping: "1:m1:s-a 2:m2:s-a". */
static inline char *
test_describe_posts (GPtrArray *posts)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < posts->len; i++)
    {
      ChatPost *post = g_ptr_array_index (posts, i);

      g_string_append_printf (text, "%s%" G_GINT64_FORMAT ":%s:%s", i > 0 ? " " : "", post->seq,
                              post->mid, post->encrypted_key);
    }

  return g_string_free (text, FALSE);
}
