-- The short-video app's schema, the same in every region store.
--
-- Rows stay home: a store holds the people domiciled in its jurisdiction and what they did, nothing
-- about anyone else. Whatever can point abroad therefore carries no foreign key: a foreign
-- account's id (a followed creator, a message's recipient, a gift's receiver, a video's author) and
-- a video's id, since people watch videos from everywhere. `videos` is the catalogue that every
-- store has a copy of; of its author it says nothing but the id.
--
-- Keys to `users` are real: what a person did goes with the person. They and the indexes come last,
-- since rows load several times faster before them.

CREATE TABLE users (
    id bigint PRIMARY KEY,
    handle text NOT NULL UNIQUE,
    display_name text NOT NULL,
    email text NOT NULL,
    phone text,
    birth_date date NOT NULL,
    gender text CHECK (gender IN ('female', 'male', 'other')),
    country text NOT NULL CHECK (country ~ '^[A-Z]{2}$'),
    language text NOT NULL,
    bio text,
    is_creator boolean NOT NULL DEFAULT false,
    followers_count integer NOT NULL DEFAULT 0 CHECK (followers_count >= 0),
    following_count integer NOT NULL DEFAULT 0 CHECK (following_count >= 0),
    activity text NOT NULL,
    created_at timestamptz NOT NULL
);

COMMENT ON TABLE users IS 'Accounts of the people domiciled in this store''s jurisdiction';
COMMENT ON COLUMN users.country IS 'Country of domicile, ISO 3166-1 alpha-2';
COMMENT ON COLUMN users.language IS 'Preferred language, a BCP 47 tag';
COMMENT ON COLUMN users.followers_count IS 'Counts followers everywhere, not only those in this store';
COMMENT ON COLUMN users.activity IS 'How often the account is used, as the recommender sees it';

CREATE TABLE devices (
    id uuid PRIMARY KEY,
    user_id bigint NOT NULL,
    model text NOT NULL,
    os text NOT NULL,
    advertising_id uuid,
    push_token text,
    added_at timestamptz NOT NULL
);

COMMENT ON COLUMN devices.advertising_id IS 'Null where the person switched tracking off';

CREATE TABLE logins (
    id bigint PRIMARY KEY,
    user_id bigint NOT NULL,
    device_id uuid NOT NULL,
    ip inet NOT NULL,
    user_agent text NOT NULL,
    at timestamptz NOT NULL
);

CREATE TABLE locations (
    user_id bigint NOT NULL,
    at timestamptz NOT NULL,
    latitude double precision NOT NULL CHECK (latitude BETWEEN -90 AND 90),
    longitude double precision NOT NULL CHECK (longitude BETWEEN -180 AND 180),
    accuracy_m integer NOT NULL CHECK (accuracy_m > 0),
    PRIMARY KEY (user_id, at)
);

COMMENT ON TABLE locations IS 'Where a device was, from people who allow it';

CREATE TABLE follows (
    follower_id bigint NOT NULL,
    followed_id bigint NOT NULL,
    at timestamptz NOT NULL,
    PRIMARY KEY (follower_id, followed_id),
    CHECK (follower_id <> followed_id)
);

COMMENT ON TABLE follows IS 'Kept in the follower''s store';
COMMENT ON COLUMN follows.followed_id IS 'May be a person of another jurisdiction';

CREATE TABLE videos (
    id bigint PRIMARY KEY,
    author_id bigint NOT NULL,
    title text NOT NULL,
    tag text,
    music_id bigint,
    kind text NOT NULL CHECK (kind IN ('NORMAL', 'AD', 'UNKNOWN')),
    duration_ms integer CHECK (duration_ms >= 0),
    upload_date date NOT NULL,
    show_count bigint NOT NULL DEFAULT 0,
    play_count bigint NOT NULL DEFAULT 0,
    like_count bigint NOT NULL DEFAULT 0,
    comment_count bigint NOT NULL DEFAULT 0,
    share_count bigint NOT NULL DEFAULT 0,
    follow_count bigint NOT NULL DEFAULT 0,
    report_count bigint NOT NULL DEFAULT 0
);

COMMENT ON TABLE videos IS 'The catalogue of published videos, the same in every store';
COMMENT ON COLUMN videos.author_id IS 'May be a person of another jurisdiction';
COMMENT ON COLUMN videos.duration_ms IS 'Null where the upload did not say';

CREATE TABLE impressions (
    id bigint PRIMARY KEY,
    user_id bigint NOT NULL,
    video_id bigint NOT NULL,
    at timestamptz NOT NULL,
    tab smallint NOT NULL,
    play_time_ms integer NOT NULL CHECK (play_time_ms >= 0),
    is_click boolean NOT NULL,
    is_like boolean NOT NULL,
    is_follow boolean NOT NULL,
    is_comment boolean NOT NULL,
    is_forward boolean NOT NULL,
    is_hate boolean NOT NULL,
    long_view boolean NOT NULL
);

COMMENT ON TABLE impressions IS 'A video shown to a person, and what they did with it';
COMMENT ON COLUMN impressions.tab IS 'The page of the app it was shown on';

CREATE TABLE likes (
    user_id bigint NOT NULL,
    video_id bigint NOT NULL,
    at timestamptz NOT NULL,
    PRIMARY KEY (user_id, video_id)
);

CREATE TABLE comments (
    id bigint PRIMARY KEY,
    user_id bigint NOT NULL,
    video_id bigint NOT NULL,
    body text NOT NULL,
    at timestamptz NOT NULL
);

CREATE TABLE messages (
    id bigint PRIMARY KEY,
    sender_id bigint NOT NULL,
    recipient_id bigint NOT NULL,
    body text NOT NULL,
    at timestamptz NOT NULL
);

COMMENT ON TABLE messages IS 'Kept in the sender''s store';
COMMENT ON COLUMN messages.recipient_id IS 'May be a person of another jurisdiction';

CREATE TABLE gifts (
    id bigint PRIMARY KEY,
    sender_id bigint NOT NULL,
    recipient_id bigint NOT NULL,
    coins integer NOT NULL CHECK (coins > 0),
    amount numeric(10, 2) NOT NULL,
    currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    at timestamptz NOT NULL
);

COMMENT ON TABLE gifts IS 'Coins given in live streams, kept in the giver''s store';
COMMENT ON COLUMN gifts.amount IS 'What the coins cost';

CREATE TABLE orders (
    id bigint PRIMARY KEY,
    user_id bigint NOT NULL,
    item text NOT NULL,
    amount numeric(10, 2) NOT NULL,
    currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    recipient_name text NOT NULL,
    street text NOT NULL,
    city text NOT NULL,
    postal_code text NOT NULL,
    country text NOT NULL,
    card_last4 text NOT NULL CHECK (card_last4 ~ '^[0-9]{4}$'),
    at timestamptz NOT NULL
);

COMMENT ON TABLE orders IS 'Live shopping';

CREATE TABLE ad_campaigns (
    id bigint PRIMARY KEY,
    advertiser text NOT NULL,
    title text NOT NULL,
    tag text,
    budget numeric(12, 2) NOT NULL,
    currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    starts_on date NOT NULL,
    ends_on date NOT NULL,
    CHECK (ends_on >= starts_on)
);

COMMENT ON TABLE ad_campaigns IS 'Campaigns run in this store''s jurisdiction; about no person';

CREATE TABLE ad_impressions (
    id bigint PRIMARY KEY,
    user_id bigint NOT NULL,
    campaign_id bigint NOT NULL,
    at timestamptz NOT NULL,
    clicked boolean NOT NULL
);

-- Keys and indexes.

ALTER TABLE devices ADD FOREIGN KEY (user_id) REFERENCES users ON DELETE CASCADE;
ALTER TABLE logins ADD FOREIGN KEY (user_id) REFERENCES users ON DELETE CASCADE;
ALTER TABLE logins ADD FOREIGN KEY (device_id) REFERENCES devices ON DELETE CASCADE;
ALTER TABLE locations ADD FOREIGN KEY (user_id) REFERENCES users ON DELETE CASCADE;
ALTER TABLE follows ADD FOREIGN KEY (follower_id) REFERENCES users ON DELETE CASCADE;
ALTER TABLE impressions ADD FOREIGN KEY (user_id) REFERENCES users ON DELETE CASCADE;
ALTER TABLE likes ADD FOREIGN KEY (user_id) REFERENCES users ON DELETE CASCADE;
ALTER TABLE comments ADD FOREIGN KEY (user_id) REFERENCES users ON DELETE CASCADE;
ALTER TABLE messages ADD FOREIGN KEY (sender_id) REFERENCES users ON DELETE CASCADE;
ALTER TABLE gifts ADD FOREIGN KEY (sender_id) REFERENCES users ON DELETE CASCADE;
ALTER TABLE orders ADD FOREIGN KEY (user_id) REFERENCES users ON DELETE CASCADE;
ALTER TABLE ad_impressions ADD FOREIGN KEY (user_id) REFERENCES users ON DELETE CASCADE;
ALTER TABLE ad_impressions ADD FOREIGN KEY (campaign_id) REFERENCES ad_campaigns;

CREATE INDEX users_email ON users (lower(email));
CREATE INDEX devices_user ON devices (user_id);
CREATE INDEX logins_user ON logins (user_id, at);
CREATE INDEX logins_device ON logins (device_id);
CREATE INDEX follows_followed ON follows (followed_id);
CREATE INDEX videos_author ON videos (author_id);
CREATE INDEX videos_tag ON videos (tag);
CREATE INDEX impressions_user ON impressions (user_id, at);
CREATE INDEX impressions_video ON impressions (video_id);
CREATE INDEX likes_video ON likes (video_id);
CREATE INDEX comments_user ON comments (user_id);
CREATE INDEX comments_video ON comments (video_id);
CREATE INDEX messages_sender ON messages (sender_id, at);
CREATE INDEX messages_recipient ON messages (recipient_id, at);
CREATE INDEX gifts_sender ON gifts (sender_id);
CREATE INDEX gifts_recipient ON gifts (recipient_id);
CREATE INDEX orders_user ON orders (user_id);
CREATE INDEX ad_impressions_user ON ad_impressions (user_id);
CREATE INDEX ad_impressions_campaign ON ad_impressions (campaign_id);
