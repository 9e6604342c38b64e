/* One thread that does jobs in order, and hands them back to the main context in order, in batches.
 */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * ChatPipeline:
 *
 * One thread that does jobs in order, and hands them back to the main context in order, in batches.
 */
typedef struct _ChatPipeline ChatPipeline;

/**
 * ChatPipelineFunc:
 * @job: the job
 * @user_data: what [func@Pipeline.new] was given
 *
 * Does a job, in the thread, and leaves the result in it.
 */
typedef void (*ChatPipelineFunc) (gpointer job, gpointer user_data);
/**
 * ChatPipelineDoneFunc:
 * @job: (transfer full): the job
 * @user_data: what [func@Pipeline.new] was given
 *
 * Takes a job that is done, on the main context of [func@Pipeline.new]. It may free the pipeline.
 */
typedef void (*ChatPipelineDoneFunc) (gpointer job, gpointer user_data);

ChatPipeline *chat_pipeline_new (const char *name, ChatPipelineFunc func, ChatPipelineDoneFunc done,
                                 GDestroyNotify free_job, gpointer user_data);
void chat_pipeline_free (ChatPipeline *self);
/* Instead of freeing it: the thread goes on until all is done, and nobody waits for it. */
void chat_pipeline_retire (ChatPipeline *self, GDestroyNotify free_user_data);
void chat_pipeline_wait_for_retired (ChatPipeline *self);
void chat_pipeline_push (ChatPipeline *self, gpointer job);
gpointer chat_pipeline_peek_in_thread (ChatPipeline *self);
guint chat_pipeline_get_pending (ChatPipeline *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChatPipeline, chat_pipeline_free)

G_END_DECLS
