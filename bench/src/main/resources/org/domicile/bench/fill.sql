-- A hundred thousand people, ten thousand videos, a million impressions. Made in the store, without
-- names from a generator: what a gateway carries is about as wide, and it takes seconds.

INSERT INTO users (id, handle, display_name, email, phone, birth_date, gender, country, language, bio,
                   is_creator, followers_count, following_count, activity, created_at)
SELECT n, 'user' || n, 'Person ' || n, 'user' || n || '@mail.example', '+1555' || lpad(n::text, 7, '0'),
       date '1950-01-01' + (n * 7919 % 20000)::integer, (ARRAY['female', 'male', 'other'])[1 + n % 3], 'US',
       'en-US', 'made up, number ' || n, n % 20 = 0, (n % 500)::integer, (n % 300)::integer, 'daily',
       timestamptz '2020-01-01 00:00Z' + n * interval '20 minutes'
FROM generate_series(1::bigint, 100000) AS made(n);

INSERT INTO videos (id, author_id, title, tag, kind, duration_ms, upload_date)
SELECT n, 1 + n * 31 % 100000, 'Video number ' || n, 'tag' || n % 50, 'NORMAL', (5000 + n % 60000)::integer,
       date '2024-01-01' + (n % 365)::integer
FROM generate_series(1::bigint, 10000) AS made(n);

INSERT INTO impressions (id, user_id, video_id, at, tab, play_time_ms, is_click, is_like, is_follow,
                         is_comment, is_forward, is_hate, long_view)
SELECT n, 1 + n * 7919 % 27285, 1 + n * 104729 % 10000, timestamptz '2026-01-01 00:00Z' + n * interval '10 seconds',
       (n % 15)::smallint, (n * 6967 % 90000)::integer, n % 3 = 0, n % 11 = 0, n % 97 = 0, n % 53 = 0,
       n % 71 = 0, n % 211 = 0, n % 5 = 0
FROM generate_series(1::bigint, 1000000) AS made(n);
